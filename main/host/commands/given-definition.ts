import { AppError, spanOf } from '../../../common/errors/app-error.ts';
import type { JsonText } from '../../../common/text/json-places.ts';
import { ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import { type DefinitionText, parseDefinition, shownPath } from '../definitions/read-definition.ts';
import { secretPaths } from '../definitions/secret-fields.ts';
import type { CommandCall } from './command.ts';

export interface GivenDefinition {
  readonly text: DefinitionText;
  readonly json: JsonText;
  /** Members of the definition, which is an object. */
  readonly members: Readonly<Record<string, unknown>>;
  readonly secret: string | undefined;
}

/**
 * The JSON definition that a command holds, and the secret of its `with (…)`. Commands are kept in the journal and
 * in the history, so secrets have to stand in literals that are taken out there (`h"…"`, page "The string data type").
 */
export function givenDefinition({ arguments: args, text }: CommandCall): GivenDefinition {
  const json = args.optional('Definition') ?? '{}';
  const offset = text.indexOf(json);
  const definition: DefinitionText = offset < 0 ? { json } : { json, within: { text, offset } };
  const read = parseDefinition(definition);
  if (typeof read.value !== 'object' || read.value === null || Array.isArray(read.value))
    throw new AppError('input', 'bad_definition', 'The definition has to be a JSON object.', {
      ...(offset < 0 ? {} : { span: spanOf(text, offset, json.length) }),
    });
  const [path] = secretPaths(read.value);
  if (path && !/[hH]@?(?:```|["'])$/.test(text.slice(0, offset)))
    throw new AppError(
      'input',
      'secret_in_sight',
      `${shownPath(path)} is a secret, and commands are kept in the history.`,
      {
        hints: ['Write the definition as h```…```, or give the secret as with (secret=h"…").'],
        ...(offset < 0
          ? {}
          : { span: spanOf(text, offset + read.placeOf(path).start, read.placeOf(path).length) }),
      },
    );
  return {
    text: definition,
    json: read,
    members: read.value as Readonly<Record<string, unknown>>,
    secret: secretOf(args.property('secret'), text),
  };
}

function secretOf(secret: string | undefined, text: string): string | undefined {
  if (secret === undefined) return undefined;
  const plain = /\bsecret\s*=\s*(?=[^hH\s])/i.exec(text);
  if (!plain) return secret;
  throw new AppError(
    'input',
    'secret_in_sight',
    'The secret would be kept in the history with the command.',
    { hints: ['Write it as secret=h"…".'], span: spanOf(text, plain.index, plain[0].length) },
  );
}

/** The secret of a command that holds no definition. */
export const givenSecret = ({ arguments: args, text }: CommandCall): string | undefined =>
  secretOf(args.property('secret'), text);

/** ISO text as ticks; null for ''. */
export const ticksOfIso = (iso: string): bigint | null =>
  iso === '' ? null : ticksOfUnixMillis(Date.parse(iso));
