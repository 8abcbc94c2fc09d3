import { type Sql, sql } from '../../emit/sql.ts';
import { type FunctionEntry, scalar } from '../define.ts';
import { mergedHlls } from '../sketch/hll-functions.ts';
import { mergedDigests } from '../sketch/tdigest-functions.ts';
import { argument, filtered, numeric, type Over, plain } from './rows.ts';
import { decimalMean, NAN } from './statistics.ts';

/**
 * A sum that goes on later. Whole numbers, ticks among them, leave 64 bits: they are kept in decimal digits;
 * "" where there was no value.
 */
const exactSum: Over = (args, rows, context) => {
  const x = numeric(argument(args, 0, context), context);
  switch (x.type) {
    case 'real':
    case 'decimal':
      return sql`sum(${x.sql})${rows.where()}`;
    case 'bool':
      return sql`coalesce(sum((${x.sql})::INTEGER)${rows.where()}::VARCHAR, '')`;
    default:
      return sql`coalesce(sum(${x.sql})${rows.where()}::VARCHAR, '')`;
  }
};

const digits = (text: Sql): Sql => sql`nullif(${text}, '')::HUGEINT`;

const mergedSum: Over = (args, rows, context) => {
  const x = argument(args, 0, context);
  return x.type === 'string'
    ? sql`coalesce(sum(${digits(x.sql)})${rows.where()}::VARCHAR, '')`
    : sql`sum(${x.sql})${rows.where()}`;
};

/** Most groups of a view have one state: that needs no reading and printing again. */
const unlessOne =
  (merge: Over): Over =>
  (args, rows, context) => {
    const { sql: x } = argument(args, 0, context);
    return sql`CASE WHEN count(${x})${rows.where()} <= 1 THEN any_value(${x})${rows.where()} ELSE ${merge(args, rows, context)} END`;
  };

/** What an aggregate of a materialized view keeps between two runs, where no KQL function says it. */
export const states: readonly FunctionEntry[] = [
  plain('__exact_sum', exactSum, []),
  filtered('__exact_sum_if', 1, exactSum, []),
  plain('__exact_sum_merge', mergedSum, []),
  plain('__hll_states', unlessOne(mergedHlls), []),
  plain('__tdigest_states', unlessOne(mergedDigests), []),
  /** `__mean(sum, count)`: what avg() over all the values would have been. */
  scalar(
    '__mean',
    {
      coerce: false,
      sql: ([total, count], context) => {
        if (!total || !count) return undefined;
        const n = sql`nullif(${count.sql}, 0)`;
        switch (context.type) {
          case 'datetime':
          case 'timespan':
            return sql`(${digits(total.sql)} // ${n})::BIGINT`;
          case 'decimal':
            return decimalMean(total.sql, n);
          default: {
            const sum = total.type === 'string' ? digits(total.sql) : total.sql;
            return sql`coalesce((${sum})::DOUBLE / ${n}, ${NAN})`;
          }
        }
      },
    },
    [],
  ),
];
