import { count, join, sql } from '../../emit/sql.ts';
import { type Example, type FunctionEntry, scalar } from '../define.ts';
import { compareText } from '../value/compare.ts';
import { isArray } from '../value/dynamic.ts';
import { longAt, ofTexts, textAt } from '../value/forms.ts';
import { asLong, asText, constantLong, once } from '../value/sql.ts';
import { textOf } from '../value/text.ts';

/** The page of `strrep` names this limit. */
const MAX_REPEAT = 1024;

function arrayJoin(name: string, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      js: {
        nulls: 'pass',
        call: ([array, delimiter], types) => {
          if (!isArray(array)) return '';
          const between = textOf(delimiter ?? null, types[1] ?? 'string');
          return array.map((item) => textOf(item, 'dynamic')).join(between);
        },
      },
    },
    examples,
  );
}

export const joining: readonly FunctionEntry[] = [
  scalar(
    'strcat',
    {
      coerce: false,
      sql: (args, context) =>
        sql`(${join(
          args.map((a) => asText(a, context)),
          ' || ',
        )})`,
      js: ofTexts((...texts) => texts.join('')),
    },
    [
      { kql: 'strcat("a", "", 1, true)', result: 'a1True' },
      { kql: 'strcat(tostring(int(null)), "z")', result: 'z' },
      { kql: 'strcat("x", 1s)', result: 'x00:00:01' },
    ],
  ),
  scalar(
    'strcat_delim',
    {
      coerce: false,
      sql: (args, context) => sql`concat_ws(${join(args.map((a) => asText(a, context)))})`,
      js: ofTexts((delimiter = '', ...texts) => texts.join(delimiter)),
    },
    [
      { kql: "strcat_delim('-', 1, '2', 'A', 1s)", result: '1-2-A-00:00:01' },
      { kql: "strcat_delim('/', 'a', '', 'b')", result: 'a//b' },
    ],
  ),
  arrayJoin('strcat_array', [
    { kql: 'strcat_array(dynamic([1, 2, 3]), "->")', result: '1->2->3' },
    { kql: 'strcat_array(dynamic([1, null, 3]), "-")', result: '1--3' },
    { kql: 'strcat_array(dynamic([]), ",")', result: '' },
  ]),
  arrayJoin('array_strcat', [{ kql: 'array_strcat(dynamic(["a", "b"]), ",")', result: 'a,b' }]),
  scalar(
    'strrep',
    {
      coerce: false,
      sql: ([value, times, delimiter], context) => {
        if (!value || !times) return undefined;
        const limit = count(MAX_REPEAT);
        const n = sql`least(greatest(${constantLong(times) === undefined ? asLong(times, context) : times.sql}, 0), ${limit})`;
        if (!delimiter) return sql`coalesce(repeat(${asText(value, context)}, ${n}), '')`;
        return once(asText(value, context), (v) =>
          once(
            n,
            (k) =>
              sql`CASE WHEN ${k} > 0 THEN ${v} || repeat(${asText(delimiter, context)} || ${v}, ${k} - 1) ELSE '' END`,
          ),
        );
      },
      js: {
        nulls: 'pass',
        call: (args, types) => {
          const times = Math.min(Math.max(Number(longAt(args, types, 1) ?? 0n), 0), MAX_REPEAT);
          const delimiter = args.length > 2 ? textAt(args, types, 2) : '';
          return new Array<string>(times).fill(textAt(args, types, 0)).join(delimiter);
        },
      },
    },
    [
      { kql: "strrep('ABC', 2)", result: 'ABCABC' },
      { kql: "strrep('ABC', 3, ' ')", result: 'ABC ABC ABC' },
      { kql: "strrep('ABC', -1)", result: '' },
      { kql: "strrep(12, 2, '.')", result: '12.12' },
    ],
  ),
  scalar(
    'strcmp',
    {
      coerce: false,
      sql: ([a, b], context) =>
        a && b
          ? once(asText(a, context), (x) =>
              once(
                asText(b, context),
                (y) =>
                  sql`CAST(CASE WHEN ${x} < ${y} THEN -1 WHEN ${x} = ${y} THEN 0 ELSE 1 END AS BIGINT)`,
              ),
            )
          : undefined,
      js: ofTexts((a = '', b = '') => BigInt(compareText(a, b))),
    },
    [
      { kql: 'strcmp("ABC", "ABC")', result: '0' },
      { kql: 'strcmp("abc", "ABC")', result: '1' },
      { kql: 'strcmp("abcde", "abc")', result: '1' },
      { kql: 'strcmp("ABC", "abc")', result: '-1' },
    ],
  ),
];
