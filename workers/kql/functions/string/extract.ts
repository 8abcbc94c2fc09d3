import { count, join, type Sql, sql, str } from '../../emit/sql.ts';
import {
  type CallContext,
  type Dynamic,
  type Example,
  type FunctionEntry,
  type SqlArg,
  scalar,
  type Value,
} from '../define.ts';
import { isArray } from '../value/dynamic.ts';
import { groupCount, groupNames, jsRegex, re2Pattern } from '../value/regex.ts';
import { asText, constantLong, constantText, pieceOf } from '../value/sql.ts';

/** A text as the type that the call was asked for; what was not found is null there. */
function typed(text: Sql, context: CallContext): Sql {
  return context.type === 'string' ? text : context.convert(pieceOf(text, 'string'), context.type);
}

function extractSql(args: readonly SqlArg[], context: CallContext): Sql | undefined {
  const [pattern, group, source] = args;
  const regex = constantText(pattern);
  const number = constantLong(group);
  if (!source || regex === undefined || number === undefined) return undefined;
  if (number < 0n || number > BigInt(groupCount(regex))) return typed(str(''), context);
  return typed(
    sql`coalesce(regexp_extract(${asText(source, context)}, ${str(re2Pattern(regex))}, ${count(number)}), '')`,
    context,
  );
}

/** Numbers of the groups that are wanted; names count as their numbers. */
function wantedGroups(pattern: string, groups: Value | undefined): readonly number[] {
  const all = groupCount(pattern);
  if (!isArray(groups)) return Array.from({ length: all }, (_, i) => i + 1);
  const names = groupNames(pattern);
  return groups
    .map((g) => (typeof g === 'string' ? names.indexOf(g) : Number(g)))
    .filter((n) => Number.isInteger(n) && n >= 0 && n <= all);
}

function extractAllSql(
  pattern: SqlArg,
  groups: SqlArg | undefined,
  source: SqlArg,
  context: CallContext,
): Sql | undefined {
  const regex = constantText(pattern);
  if (regex === undefined || (groups && groups.constant === undefined)) return undefined;
  const wanted = wantedGroups(regex, groups?.constant);
  if (wanted.length === 0) return sql`CAST(NULL AS VARCHAR)`;
  const text = asText(source, context);
  const lists = wanted.map(
    // A group that took no part in a match is NULL in DuckDB.
    (n) =>
      sql`list_transform(regexp_extract_all(${text}, ${str(re2Pattern(regex))}, ${count(n)}), lambda g: coalesce(g, ''))`,
  );
  const items = lists.map((_, i) => sql`m[${count(i + 1)}]`);
  const list =
    lists.length === 1
      ? join(lists)
      : sql`list_transform(list_zip(${join(lists)}), lambda m: [${join(items)}])`;
  return sql`nullif(CAST(to_json(${list}) AS VARCHAR), '[]')`;
}

/** All matches: of one group a flat array, of more an array of arrays; null where there is none. */
function extractAll(pattern: string, groups: Value | undefined, source: string): Dynamic {
  const wanted = wantedGroups(pattern, groups);
  const found = [...source.matchAll(jsRegex(pattern, 'g'))].map((m) =>
    wanted.map((n) => m[n] ?? ''),
  );
  if (found.length === 0 || wanted.length === 0) return null;
  return wanted.length === 1 ? found.map((m) => m[0] ?? '') : found;
}

function allMatches(name: string, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      sql: (args, context) => {
        const [pattern, second, third] = args;
        if (!pattern || !second) return undefined;
        return extractAllSql(pattern, third && second, third ?? second, context);
      },
      js: {
        call: (args) =>
          args.length > 2
            ? extractAll(String(args[0]), args[1], String(args[2]))
            : extractAll(String(args[0]), undefined, String(args[1])),
      },
    },
    examples,
  );
}

export const extraction: readonly FunctionEntry[] = [
  scalar(
    'extract',
    {
      sql: extractSql,
      js: {
        call: ([pattern, group, source]) =>
          jsRegex(String(pattern)).exec(String(source))?.[Number(group)] ?? '',
      },
    },
    [
      { kql: 'extract("User: ([^,]+)", 1, "User: James, Age: 29")', result: 'James' },
      { kql: String.raw`extract(@"\d+", 0, "Age: 29")`, result: '29' },
      { kql: String.raw`extract(@"(\d+)", 1, "none")`, result: '' },
      { kql: 'extract("a", 3, "a")', result: '' },
    ],
  ),
  allMatches('extract_all', [
    { kql: String.raw`extract_all(@"(\d+)", "1, 22 and 3")`, result: '["1","22","3"]' },
    {
      kql: String.raw`extract_all(@"([a-z])(\d)?", "a1b")`,
      result: '[["a","1"],["b",""]]',
    },
    {
      kql: String.raw`extract_all(@"(\w)(\w+)(\w)", dynamic([1,3]), "82b8be2d-dfa7")`,
      result: '[["8","d"],["d","7"]]',
    },
    { kql: String.raw`extract_all(@"(\d)", "abc")`, result: '' },
  ]),
  allMatches('extractall', [{ kql: 'extractall("([a-z])", "ab")', result: '["a","b"]' }]),
];

export { typed };
