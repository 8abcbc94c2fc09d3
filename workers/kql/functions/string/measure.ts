import { type Sql, sql, str } from '../../emit/sql.ts';
import {
  type CallContext,
  type Example,
  type FunctionEntry,
  type SqlArg,
  scalar,
} from '../define.ts';
import { asText } from '../value/sql.ts';

function ofText(
  name: string,
  use: (text: Sql) => Sql,
  examples: readonly Example[],
): FunctionEntry {
  return scalar(
    name,
    { coerce: false, sql: ([arg], context) => arg && use(asText(arg, context)) },
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
      sql: ([arg], context) =>
        arg && (empty ? isEmpty(arg, context) : sql`(NOT ${isEmpty(arg, context)})`),
    },
    examples,
  );
}

export const measuring: readonly FunctionEntry[] = [
  ofText('strlen', (t) => sql`length(${t})`, [
    { kql: 'strlen("hello")', result: '5' },
    { kql: 'strlen("abc😀def")', result: '7' },
    { kql: 'strlen("")', result: '0' },
  ]),
  ofText('string_size', (t) => sql`strlen(${t})`, [
    { kql: 'string_size("hello")', result: '5' },
    { kql: 'string_size("⒦⒰⒮⒯⒪")', result: '15' },
  ]),
  ofText('toupper', (t) => sql`upper(${t})`, [
    { kql: 'toupper("hello")', result: 'HELLO' },
    { kql: 'toupper("café")', result: 'CAFÉ' },
  ]),
  ofText('tolower', (t) => sql`lower(${t})`, [{ kql: 'tolower("ÜBER")', result: 'über' }]),
  ofText('reverse', (t) => sql`reverse(${t})`, [
    { kql: 'reverse("Hello")', result: 'olleH' },
    { kql: 'reverse(123)', result: '321' },
  ]),
  ofText('isascii', (t) => sql`(NOT regexp_matches(${t}, ${str('[^\\x00-\\x7f]')}))`, [
    { kql: 'isascii("some string")', result: 'True' },
    { kql: 'isascii("é")', result: 'False' },
  ]),
  // Text that reaches a query has been checked on its way in.
  ofText('isutf8', (t) => sql`(${t} IS NOT NULL)`, [{ kql: 'isutf8("é")', result: 'True' }]),
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
