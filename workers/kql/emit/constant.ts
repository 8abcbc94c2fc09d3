import { DUCKDB_TYPE } from '../../../common/types/duckdb-type.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';
import type { Value } from '../functions/define.ts';
import { printDynamic } from '../functions/value/dynamic.ts';
import * as q from './sql.ts';
import { type Sql, sql, trusted } from './sql.ts';

/** A value as SQL. */
export function constantSql(value: Value, type: KqlType): Sql {
  if (value === null || value === undefined)
    return type === 'string' ? q.str('') : sql`NULL::${trusted(DUCKDB_TYPE[type])}`;
  switch (type) {
    case 'bool':
      return q.bool(value === true);
    case 'int':
      return q.int(Number(value));
    case 'long':
    case 'datetime':
    case 'timespan':
      return q.long(BigInt(value as bigint));
    case 'real':
      return q.real(Number(value));
    case 'decimal':
      return sql`${q.str(String(value))}::DECIMAL(38,18)`;
    case 'string':
      return q.str(String(value));
    case 'guid':
      return sql`${q.str(String(value))}::UUID`;
    case 'dynamic':
      return q.str(printDynamic(value));
  }
}
