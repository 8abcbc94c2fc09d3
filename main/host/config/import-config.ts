import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  CONFIG_SCHEMA,
  type ConfigChange,
  type NeededSecret,
} from '../../../common/contract/config.ts';
import { AppError, asAppError, spanOf } from '../../../common/errors/app-error.ts';
import type { JsonPath, JsonText } from '../../../common/text/json-places.ts';
import type { HostContext } from '../context.ts';
import {
  checkedDefinition,
  type DefinitionText,
  parseDefinition,
  shownPath,
} from '../definitions/read-definition.ts';
import { secretPaths, withoutPaths, withPath } from '../definitions/secret-fields.ts';
import type { ConfigItem, ConfigSection } from './config-item.ts';
import { SECTIONS } from './sections.ts';

type Json = Readonly<Record<string, unknown>>;

/** What one item of a file would do. */
interface Step {
  readonly section: ConfigSection;
  /** Checked; secrets stand in it as marks. */
  readonly definition: Json;
  readonly before: ConfigItem | undefined;
  readonly paused: boolean | undefined;
  /** By what they are for, their names. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly change: ConfigChange;
}

const MARK = '***';
const MOST_DIFFERENCES = 8;
const head = z.looseObject({ $schema: z.literal(CONFIG_SCHEMA).optional(), version: z.literal(1) });
const extras = z.object({
  paused: z.boolean().optional(),
  secrets: z.record(z.string(), z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)).default({}),
});

export async function importConfig(
  host: HostContext,
  given: {
    readonly text: string;
    readonly dryRun: boolean;
    readonly secrets: Readonly<Record<string, string>>;
  },
  signal: AbortSignal,
): Promise<{ changes: ConfigChange[]; secrets: NeededSecret[] }> {
  const steps = planOf(host, given.text);
  const secrets = steps.flatMap(neededBy);
  if (given.dryRun) return { changes: steps.map(({ change }) => change), secrets };
  const missing = secrets.filter(({ name, held }) => !held && given.secrets[name] === undefined);
  if (missing.length > 0)
    throw new AppError(
      'input',
      'secrets_needed',
      `The file names secrets that are not known here: ${missing.map((s) => `${s.name} (${s.for})`).join(', ')}.`,
      { hints: ['Set them as environment variables of these names.'] },
    );
  const changes: ConfigChange[] = [];
  for (const step of steps) changes.push(await applied(host, step, given.secrets, signal));
  return { changes, secrets };
}

async function applied(
  host: HostContext,
  step: Step,
  given: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ConfigChange> {
  const { section, change, before, paused } = step;
  const values = Object.entries(step.secrets).flatMap(([what, name]): [string, string][] => {
    const value = given[name];
    return value === undefined ? [] : [[what, value]];
  });
  if (change.action === 'same' && values.length === 0) return change;
  signal.throwIfAborted();
  // A secret that stands in the definition goes back to its place; one that isn't given is taken out.
  let { definition } = step;
  for (const path of marksOf(step))
    definition = withPath(definition, path.at, path.value(values)) as Json;
  try {
    await section.apply({
      host,
      definition,
      before,
      paused,
      secrets: Object.fromEntries(values),
      signal,
    });
    return change;
  } catch (error) {
    const { message, hints, kind } = asAppError(error);
    if (kind === 'cancelled') throw error;
    return { ...change, problem: [message, ...hints].join(' ') };
  }
}

function marksOf({ secrets }: Step) {
  return Object.keys(secrets)
    .filter(isPath)
    .map((what) => ({
      at: pathOf(what),
      value: (values: readonly (readonly [string, string])[]) =>
        values.find(([name]) => name === what)?.[1],
    }));
}

/** `secret` and its like are kept apart; all others are places in the definition. */
const isPath = (what: string): boolean => what.includes('.') || what.includes('[');
const pathOf = (what: string): JsonPath =>
  (what.match(/[^.[\]]+/g) ?? []).map((part) => (/^\d+$/.test(part) ? Number(part) : part));

function neededBy({ section, secrets, before, change }: Step): NeededSecret[] {
  return Object.entries(secrets).map(([what, name]) => ({
    name,
    for: `${section.kind} ${change.name}`,
    held: before?.secrets.includes(what) === true && !isInline(before, what),
  }));
}

/** A secret in a definition is given again with each change. */
const isInline = (before: ConfigItem, what: string): boolean =>
  secretPaths(before.definition).some((path) => shownPath(path) === what);

function planOf(host: HostContext, text: string): readonly Step[] {
  const file: DefinitionText = { json: text, within: { text, offset: 0 } };
  const json = parseDefinition(file);
  const whole = checkedDefinition(file, json, json.value, head) as Json;
  const known = new Set(['$schema', 'version', ...SECTIONS.map(({ section }) => section)]);
  const stray = Object.keys(whole).find((name) => !known.has(name));
  if (stray !== undefined)
    throw wrong(text, json, [stray], `${stray}: a configuration has no such part.`, [
      `There are: ${[...known].join(', ')}.`,
    ]);
  const steps = SECTIONS.flatMap((section) => {
    const listed = whole[section.section] ?? [];
    if (!Array.isArray(listed))
      throw wrong(text, json, [section.section], `${section.section} has to be a list.`);
    const held = section.list(host);
    return listed.map((value: unknown, i) =>
      stepOf(file, json, section, held, value, [section.section, i]),
    );
  });
  refuseTwice(text, json, steps);
  return steps;
}

function stepOf(
  file: DefinitionText,
  json: JsonText,
  section: ConfigSection,
  held: readonly ConfigItem[],
  value: unknown,
  at: JsonPath,
): Step {
  const text = file.json;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(text, json, at, `${shownPath(at)} has to be an object.`);
  const { paused, secrets, ...members } = value as Json;
  const beside = {
    ...(paused === undefined ? {} : { paused }),
    ...(secrets === undefined ? {} : { secrets }),
  };
  const origin = (path: JsonPath): JsonPath => [...at, ...path];
  const extra = checkedDefinition(file, json, beside, extras, origin);
  const [sight] = secretPaths(members);
  if (sight)
    throw wrong(
      text,
      json,
      origin(sight),
      `${shownPath(origin(sight))} is a secret, which a configuration only names.`,
      [`Take it out and write "secrets": {"${shownPath(sight)}": "NAME_OF_A_VARIABLE"}.`],
    );
  const marked = Object.keys(extra.secrets)
    .filter(isPath)
    .reduce<unknown>((inner, what) => withPath(inner, pathOf(what), MARK), members);
  const definition = checkedDefinition(file, json, marked, section.schema, origin) as Json;
  const name = String(definition.name);
  const database =
    section.kind === 'stream' || section.kind === 'sync' ? '' : String(definition.database);
  const before = held.find((one) => one.name === name && one.database === database);
  const differences = before ? differencesOf(section, before, definition, members, extra) : [];
  return {
    section,
    definition,
    before,
    paused: extra.paused,
    secrets: extra.secrets,
    change: {
      kind: section.kind,
      database,
      name,
      action: before ? (differences.length > 0 ? 'change' : 'same') : 'create',
      differences: differences.slice(0, MOST_DIFFERENCES),
      problem: '',
    },
  };
}

function differencesOf(
  { filledIn = [] }: ConfigSection,
  before: ConfigItem,
  definition: Json,
  stated: Json,
  { paused, secrets }: z.output<typeof extras>,
): readonly string[] {
  // What is a secret can't be compared: it isn't there.
  const paths = Object.keys(secrets).filter(isPath).map(pathOf);
  const left = filledIn.filter((name) => !(name in stated));
  const strip = (value: unknown): unknown =>
    withoutPaths(value, [...paths, ...left.map((name) => [name])]);
  const differences: string[] = [];
  compare(plain(strip(before.definition)), plain(strip(definition)), [], differences);
  if (paused !== undefined && paused !== before.paused) differences.push('paused');
  return differences;
}

/** As JSON has it: what is undefined isn't there. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

function compare(before: unknown, now: unknown, path: JsonPath, into: string[]): void {
  if (isDeepStrictEqual(before, now)) return;
  const both = [before, now];
  if (both.every((v) => typeof v === 'object' && v !== null && !Array.isArray(v))) {
    const [a, b] = both as [Json, Json];
    for (const name of new Set([...Object.keys(a), ...Object.keys(b)]))
      compare(a[name], b[name], [...path, name], into);
    return;
  }
  into.push(shownPath(path));
}

function refuseTwice(text: string, json: JsonText, steps: readonly Step[]): void {
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  for (const { section, change } of steps) {
    const at = counts.get(section.section) ?? 0;
    counts.set(section.section, at + 1);
    const key = JSON.stringify([change.kind, change.database, change.name]);
    if (seen.has(key))
      throw wrong(
        text,
        json,
        [section.section, at, 'name'],
        `${section.section}[${at}]: there is another ${section.kind} named ${change.name} in the file.`,
      );
    seen.add(key);
  }
}

function wrong(
  text: string,
  json: JsonText,
  path: JsonPath,
  message: string,
  hints: readonly string[] = [],
): AppError {
  const { start, length } = json.placeOf(path);
  return new AppError('input', 'bad_definition', message, {
    span: spanOf(text, start, Math.max(1, length)),
    hints,
  });
}
