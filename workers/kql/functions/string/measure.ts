import { type Sql, sql, str } from '../../emit/sql.ts';
import {
  type CallContext,
  type Example,
  type FunctionEntry,
  type SqlArg,
  scalar,
  type Value,
} from '../define.ts';
import { lower, ofTexts, upper } from '../value/forms.ts';
import { asText, once } from '../value/sql.ts';

function ofText(
  name: string,
  use: (text: Sql) => Sql,
  js: (text: string) => Value,
  examples: readonly Example[],
): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: ([arg], context) => arg && use(asText(arg, context)),
      js: ofTexts((text = '') => js(text)),
    },
    examples,
  );
}

function isEmpty(arg: SqlArg, context: CallContext): Sql {
  if (arg.type === 'string' || arg.type === 'dynamic') return sql`(${asText(arg, context)} = '')`;
  return sql`(${arg.sql} IS NULL)`;
}

function emptiness(name: string, empty: boolean, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      js: ofTexts((text = '') => (text === '') === empty),
      sql: ([arg], context) =>
        arg && (empty ? isEmpty(arg, context) : sql`(NOT ${isEmpty(arg, context)})`),
    },
    examples,
  );
}

/** By code points; DuckDB's own `reverse` keeps a letter together with its accents. */
const reversed = (text: Sql): Sql =>
  once(
    text,
    (t) =>
      sql`CASE WHEN strlen(${t}) = length(${t}) THEN reverse(${t}) ELSE array_to_string(list_reverse(string_split(${t}, '')), '') END`,
  );

export const measuring: readonly FunctionEntry[] = [
  ofText(
    'strlen',
    (t) => sql`length(${t})`,
    (t) => BigInt([...t].length),
    [
      { kql: 'strlen("hello")', result: '5' },
      { kql: 'strlen("abc😀def")', result: '7' },
      { kql: 'strlen("")', result: '0' },
    ],
  ),
  ofText(
    'string_size',
    (t) => sql`strlen(${t})`,
    (t) => BigInt(new TextEncoder().encode(t).length),
    [
      { kql: 'string_size("hello")', result: '5' },
      { kql: 'string_size("⒦⒰⒮⒯⒪")', result: '15' },
    ],
  ),
  ofText('toupper', (t) => sql`upper(${t})`, upper, [
    { kql: 'toupper("hello")', result: 'HELLO' },
    { kql: 'toupper("café")', result: 'CAFÉ' },
  ]),
  ofText('tolower', (t) => sql`lower(${t})`, lower, [{ kql: 'tolower("ÜBER")', result: 'über' }]),
  ofText('reverse', reversed, (t) => [...t].reverse().join(''), [
    { kql: 'reverse("Hello")', result: 'olleH' },
    { kql: 'reverse(123)', result: '321' },
  ]),
  ofText(
    'isascii',
    (t) => sql`(NOT regexp_matches(${t}, ${str('[^\\x00-\\x7f]')}))`,
    (t) => [...t].every((c) => c <= '\x7f'),
    [
      { kql: 'isascii("some string")', result: 'True' },
      { kql: 'isascii("é")', result: 'False' },
    ],
  ),
  // Text that reaches a query has been checked on its way in.
  ofText(
    'isutf8',
    (t) => sql`(${t} IS NOT NULL)`,
    () => true,
    [{ kql: 'isutf8("é")', result: 'True' }],
  ),
  emptiness('isempty', true, [
    { kql: 'isempty("")', result: 'True' },
    { kql: 'isempty(" ")', result: 'False' },
    { kql: 'isempty(int(null))', result: 'True' },
  ]),
  emptiness('isnotempty', false, [
    { kql: 'isnotempty("x")', result: 'True' },
    { kql: 'isnotempty(int(null))', result: 'False' },
  ]),
  emptiness('notempty', false, [{ kql: 'notempty("")', result: 'False' }]),
];
