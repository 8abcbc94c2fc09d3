import { join, type Sql, sql } from '../../emit/sql.ts';
import { type CallContext, type FunctionEntry, type SqlArg, scalar } from '../define.ts';
import { asText } from '../value/sql.ts';

/** Bytes of a value by its type (page "estimate_data_size()"). */
function sizeOf(arg: SqlArg, context: CallContext): Sql {
  switch (arg.type) {
    case 'bool':
      return sql`1`;
    case 'int':
      return sql`4`;
    case 'guid':
    case 'decimal':
      return sql`16`;
    case 'string':
    case 'dynamic':
      return sql`strlen(${asText(arg, context)})`;
    default:
      return sql`8`;
  }
}

export const size: readonly FunctionEntry[] = [
  scalar(
    'estimate_data_size',
    {
      coerce: false,
      sql: (args, context) =>
        args.length === 0
          ? undefined
          : sql`CAST(${join(
              args.map((a) => sizeOf(a, context)),
              ' + ',
            )} AS BIGINT)`,
    },
    // Takes columns only: see the tests of queries.
    [],
  ),
];
