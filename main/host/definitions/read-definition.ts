import type { z } from 'zod';
import { AppError, spanOf } from '../../../common/errors/app-error.ts';
import {
  type JsonPath,
  JsonProblem,
  type JsonText,
  readJson,
} from '../../../common/text/json-places.ts';

/** Where a definition's JSON stands: in a command, or in a file that is nothing else. */
export interface DefinitionText {
  readonly json: string;
  /** The text that positions point into, and where the JSON begins there; absent where that isn't known. */
  readonly within?: { readonly text: string; readonly offset: number };
}

/** What of a definition is wrong, with its place and what to do. */
function problem(
  { within }: DefinitionText,
  message: string,
  place: { readonly start: number; readonly length: number },
  hints: readonly string[] = [],
): AppError {
  const span =
    within && spanOf(within.text, within.offset + place.start, Math.max(1, place.length));
  return new AppError('input', 'bad_definition', message, {
    hints,
    ...(span ? { span } : {}),
  });
}

/** The JSON of a definition; what is no JSON is refused at its place. */
export function parseDefinition(definition: DefinitionText): JsonText {
  try {
    return readJson(definition.json);
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw problem(definition, `The definition is no JSON: ${error.message}.`, {
      start: error.at,
      length: 1,
    });
  }
}

export const shownPath = (path: JsonPath): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`,
    '',
  );

/** Finds where in the JSON a part of the checked value came from. */
export type Origin = (path: JsonPath) => JsonPath;

/**
 * The value in the shape of a schema, its defaults filled in. Names that the schema doesn't know are refused too: a
 * misspelt one would be ignored else.
 */
export function checkedDefinition<S extends z.ZodType>(
  definition: DefinitionText,
  json: JsonText,
  value: unknown,
  schema: S,
  origin: Origin = (path) => path,
): z.output<S> {
  const checked = schema.safeParse(value);
  if (!checked.success) {
    const issue = deepest(checked.error.issues);
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    const from = origin(path);
    const what = from.length === 0 ? 'The definition' : shownPath(from);
    throw problem(definition, `${what}: ${issue.message}.`, json.placeOf(from));
  }
  const stray = strayName(value, checked.data, []);
  if (stray) {
    const from = origin(stray.path);
    throw problem(
      definition,
      `${shownPath(from)}: there is no such setting.`,
      json.placeOf(from),
      stray.known.length > 0 ? [`There are: ${stray.known.join(', ')}.`] : [],
    );
  }
  return checked.data;
}

type Issue = z.core.$ZodIssue;

/** Of a union's problems, those of the member that fits best. */
function deepest(issues: readonly Issue[]): Issue {
  const [first] = issues;
  if (!first) throw new AppError('internal', 'no_issue', 'A check failed without a reason.');
  if (first.code !== 'invalid_union' || first.errors.length === 0) return first;
  const options = first.errors.flatMap((errors) => (errors.length > 0 ? [deepest(errors)] : []));
  const best = options.sort((a, b) => b.path.length - a.path.length)[0];
  return best ? { ...best, path: [...first.path, ...best.path] } : first;
}

interface Stray {
  readonly path: JsonPath;
  readonly known: readonly string[];
}

/** The first name of `given` that a schema has dropped. */
function strayName(given: unknown, kept: unknown, path: JsonPath): Stray | undefined {
  if (typeof given !== 'object' || given === null || typeof kept !== 'object' || kept === null)
    return undefined;
  const entries = Object.entries(kept);
  for (const [name, value] of Object.entries(given)) {
    const step = Array.isArray(given) ? Number(name) : name;
    const held = entries.find(([key]) => key === name);
    if (!held) {
      if (value === undefined) continue;
      return { path: [...path, step], known: entries.map(([key]) => key) };
    }
    const inner = strayName(value, held[1], [...path, step]);
    if (inner) return inner;
  }
  return undefined;
}
