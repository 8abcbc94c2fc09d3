import { convertSql } from '../convert/index.ts';
import { type Example, type FunctionEntry, scalar } from '../define.ts';
import { convertValue } from '../value/convert.ts';

/** A string is read as JSON; a dynamic passes as it is, even when it holds a string (page "parse_json()"). */
function parser(name: string, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: ([arg], context) => arg && convertSql(arg, 'dynamic', context),
      js: { call: ([value], [type]) => convertValue(value ?? null, type ?? 'string', 'dynamic') },
    },
    examples,
  );
}

export const json: readonly FunctionEntry[] = [
  parser('parse_json', [
    { kql: `parse_json('{"a": 1, "b": [true, 1.50]}')`, result: '{"a":1,"b":[true,1.5]}' },
    { kql: `parse_json('{"a": 1}').a`, result: '1' },
    { kql: `parse_json('not json')`, result: 'not json' },
    { kql: `gettype(parse_json('1e3'))`, result: 'real' },
    { kql: `isnull(parse_json('null'))`, result: 'True' },
    { kql: `isnull(parse_json(''))`, result: 'True' },
  ]),
  parser('parsejson', [{ kql: `parsejson('[1]')[0]`, result: '1' }]),
];
