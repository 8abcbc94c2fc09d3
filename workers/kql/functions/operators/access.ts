import { type Sql, sql, str } from '../../emit/sql.ts';
import { type FunctionEntry, type SqlArg, scalar } from '../define.ts';
import { isArray, isBag, member } from '../value/dynamic.ts';
import { indexPath, keyPath } from '../value/path.ts';
import { constantLong, constantText, dynamicResult } from '../value/sql.ts';

/** A JSON pointer to one key: for keys that DuckDB's paths can't write. */
const pointer = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

function keyed(dynamic: Sql, key: string): Sql {
  return (
    keyPath(dynamic, key) ?? dynamicResult(sql`json_extract(${dynamic}, ${str(pointer(key))})`)
  );
}

function element(dynamic: SqlArg, index: SqlArg): Sql | undefined {
  if (dynamic.type !== 'dynamic') return undefined;
  const key = constantText(index);
  if (key !== undefined && index.type === 'string') return keyed(dynamic.sql, key);
  const position = constantLong(index);
  if (position !== undefined) return indexPath(dynamic.sql, position);
  if (index.type === 'string')
    return dynamicResult(
      // A pointer would find places of an array too.
      sql`CASE WHEN json_type(${dynamic.sql}) = 'OBJECT' THEN json_extract(${dynamic.sql}, '/' || replace(replace(${index.sql}, '~', '~0'), '/', '~1')) END`,
    );
  if (index.type === 'int' || index.type === 'long')
    return dynamicResult(sql`json_extract(${dynamic.sql}, CAST(${index.sql} AS BIGINT))`);
  return undefined;
}

/** Page "The dynamic data type", "Dynamic object accessors": a missing key or position is null, -1 is the last. */
export const access: readonly FunctionEntry[] = [
  scalar(
    'op_Member',
    {
      coerce: false,
      sql: ([dynamic, name]) => {
        const key = constantText(name);
        return dynamic && key !== undefined ? keyed(dynamic.sql, key) : undefined;
      },
      js: { call: ([dynamic, name]) => (isBag(dynamic) ? member(dynamic, String(name)) : null) },
    },
    [
      { kql: 'dynamic({"a":{"b":[1,2]}}).a.b[1]', result: '2' },
      { kql: 'dynamic({"a":null}).a', result: '' },
      { kql: 'dynamic([1]).a', result: '' },
      { kql: 'dynamic({"a.b":1})["a.b"]', result: '1' },
    ],
  ),
  scalar(
    'op_Element',
    {
      coerce: false,
      sql: ([dynamic, index]) => (dynamic && index ? element(dynamic, index) : undefined),
      js: {
        call: ([dynamic, index]) => {
          if (isBag(dynamic)) return typeof index === 'string' ? member(dynamic, index) : null;
          if (!isArray(dynamic) || (typeof index !== 'bigint' && typeof index !== 'number'))
            return null;
          return dynamic.at(Number(index)) ?? null;
        },
      },
    },
    [
      { kql: 'dynamic([1,2,3])[0]', result: '1' },
      { kql: 'dynamic([1,2,3])[-1]', result: '3' },
      { kql: 'dynamic([1,2,3])[10]', result: '' },
      { kql: 'parse_json(\'{"a":1}\')[0]', result: '' },
      { kql: 'dynamic({"a":1})[tolower("A")]', result: '1' },
    ],
  ),
];
