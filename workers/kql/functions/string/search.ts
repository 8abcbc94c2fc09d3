import type { KqlType } from '../../../../common/types/kql-type.ts';
import { type Sql, sql, str } from '../../emit/sql.ts';
import { type FunctionEntry, scalar, type Value } from '../define.ts';
import { hasWord, WHOLE_TERM } from '../operators/text.ts';
import { isArray } from '../value/dynamic.ts';
import { jsRegex, re2Pattern } from '../value/regex.ts';
import { asText, constantText, once } from '../value/sql.ts';
import { textOf } from '../value/text.ts';

interface Range {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly occurrence: number;
}

const at = (args: readonly Value[], i: number, otherwise: number): number => {
  const value = args[i];
  return value === undefined || value === null ? otherwise : Number(value);
};

/** The part of the text to look in, in code points (page "indexof()"); undefined where the arguments are not valid. */
function rangeOf(args: readonly Value[], letters: readonly string[]): Range | undefined {
  const length = at(args, 3, -1);
  const occurrence = at(args, 4, 1);
  if (length < -1 || occurrence < 1) return undefined;
  const from = at(args, 2, 0);
  const start = from < 0 ? Math.max(0, letters.length + from) : Math.min(from, letters.length);
  const end = length === -1 ? letters.length : Math.min(letters.length, start + length);
  return { text: letters.slice(start, end).join(''), start, end, occurrence };
}

/** A match has to begin within the range; it may end behind it. */
function indexOf(args: readonly Value[], types: readonly KqlType[]): bigint | null {
  const lookup = [...textOf(args[1] ?? null, types[1] ?? 'string')];
  const letters = [...textOf(args[0] ?? null, types[0] ?? 'string')];
  const range = rangeOf(args, letters);
  if (!range || lookup.length === 0) return null;
  let n = 0;
  for (let i = range.start; i < range.end; i++) {
    if (lookup.every((letter, k) => letters[i + k] === letter) && ++n === range.occurrence)
      return BigInt(i);
  }
  return -1n;
}

function indexOfRegex(args: readonly Value[], types: readonly KqlType[]): bigint | null {
  if (at(args, 2, 0) < 0) return null;
  const range = rangeOf(args, [...textOf(args[0] ?? null, types[0] ?? 'string')]);
  if (!range) return null;
  const regex = jsRegex(textOf(args[1] ?? null, types[1] ?? 'string'), 'g');
  let n = 0;
  for (const found of range.text.matchAll(regex)) {
    if (++n === range.occurrence)
      return BigInt(range.start + [...range.text.slice(0, found.index)].length);
  }
  return -1n;
}

/** Can the text overlap a shifted copy of itself, as `aba` in `ababa`? */
function overlapsItself(text: string): boolean {
  for (let n = 1; n < text.length; n++) if (text.endsWith(text.slice(0, n))) return true;
  return false;
}

function countText(text: string, part: string): bigint {
  if (part === '') return 0n;
  let n = 0n;
  for (let i = text.indexOf(part); i >= 0; i = text.indexOf(part, i + 1)) n++;
  return n;
}

function countSql(text: Sql, part: string): Sql | undefined {
  if (part === '' || overlapsItself(part)) return undefined;
  return once(
    text,
    (t) => sql`((strlen(${t}) - strlen(replace(${t}, ${str(part)}, ''))) // strlen(${str(part)}))`,
  );
}

export const searching: readonly FunctionEntry[] = [
  scalar(
    'indexof',
    {
      coerce: false,
      sql: (args, context) => {
        const [source, lookup] = args;
        if (args.length !== 2 || !source || !lookup) return undefined;
        const text = asText(source, context);
        const known = constantText(lookup);
        if (known !== undefined && known !== '') return sql`(strpos(${text}, ${lookup.sql}) - 1)`;
        return once(
          asText(lookup, context),
          (l) => sql`CASE WHEN ${l} <> '' THEN strpos(${text}, ${l}) - 1 END`,
        );
      },
      js: { nulls: 'pass', call: indexOf },
    },
    [
      { kql: 'indexof("abcdefg", "cde")', result: '2' },
      { kql: 'indexof("abcdefg", "cde", 1, 4)', result: '2' },
      { kql: 'indexof("abcdefg", "cde", 1, 2)', result: '2' },
      { kql: 'indexof("abcdefg", "cde", 3, 4)', result: '-1' },
      { kql: 'indexof("abcdefg", "cde", -5)', result: '2' },
      { kql: 'indexof("abcabc", "a", 0, -1, 2)', result: '3' },
      { kql: 'indexof("abc", "")', result: '' },
    ],
  ),
  scalar('indexof_regex', { coerce: false, js: { nulls: 'pass', call: indexOfRegex } }, [
    { kql: 'indexof_regex("abcabc", @"a.c")', result: '0' },
    { kql: 'indexof_regex("abcabcdefg", @"a.c", 0, 9, 2)', result: '3' },
    { kql: 'indexof_regex("abcabc", @"a.c", 1, -1, 2)', result: '-1' },
    { kql: 'indexof_regex("ababaa", @"a.a", 0, -1, 2)', result: '-1' },
    { kql: 'indexof_regex("abcabc", @"a|ab", -1)', result: '' },
  ]),
  scalar(
    'has_any_index',
    {
      coerce: false,
      js: {
        nulls: 'pass',
        call: ([source, values], types) => {
          const text = textOf(source ?? null, types[0] ?? 'string');
          const list = isArray(values) ? values : [values ?? null];
          return BigInt(list.findIndex((v) => hasWord(text, textOf(v, 'dynamic'), WHOLE_TERM)));
        },
      },
    },
    [
      { kql: 'has_any_index("this is an example", dynamic(["this", "example"]))', result: '0' },
      { kql: 'has_any_index("this is an example", dynamic(["not", "example"]))', result: '1' },
      { kql: 'has_any_index("this is an example", dynamic([]))', result: '-1' },
      { kql: 'has_any_index("Example number 2", range(1, 3, 1))', result: '1' },
    ],
  ),
  scalar(
    'countof',
    {
      sql: ([source, search, kind], context) => {
        const part = constantText(search);
        const way = kind ? constantText(kind) : 'normal';
        if (!source || part === undefined || way === undefined) return undefined;
        const text = asText(source, context);
        if (way === 'regex') return sql`len(regexp_extract_all(${text}, ${str(re2Pattern(part))}))`;
        return countSql(text, part);
      },
      js: {
        call: ([source, search, kind]) => {
          if (kind === 'regex')
            return BigInt([...String(source).matchAll(jsRegex(String(search), 'g'))].length);
          return countText(String(source), String(search));
        },
      },
    },
    [
      { kql: 'countof("The cat sat on the mat", "at")', result: '3' },
      { kql: 'countof("aaaa", "aa")', result: '3' },
      { kql: 'countof("hello world", "l+", "regex")', result: '2' },
      { kql: 'countof("abc", "")', result: '0' },
    ],
  ),
];
