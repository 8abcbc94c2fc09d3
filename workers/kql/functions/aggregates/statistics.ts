import { count as number_, real, type Sql, sql } from '../../emit/sql.ts';
import type { AggregateContext, FunctionEntry, SqlArg } from '../define.ts';
import { boundOf } from '../value/bounds.ts';
import { argument, filtered, numeric, type Over, orEmpty, plain, type Rows } from './rows.ts';

export const NAN = real(Number.NaN);

const WIDE = 2n ** 33n;

/** Integers wrap at 64 bits as the engine's do, so the 128-bit sum is folded back. */
function wrapped(sum: Sql): Sql {
  const two64 = number_(18446744073709551616n);
  const two63 = number_(9223372036854775808n);
  const folded = sql`((((${sum} + ${two63}) % ${two64}) + ${two64}) % ${two64} - ${two63})`;
  return sql`coalesce(TRY_CAST(${sum} AS BIGINT), ${folded}::BIGINT)`;
}

const sum: Over = (args, rows, context) => {
  const x = numeric(argument(args, 0, context), context);
  switch (x.type) {
    case 'real':
    case 'decimal':
      return sql`coalesce(sum(${x.sql})${rows.where()}, 0)`;
    case 'bool':
      return sql`coalesce(sum((${x.sql})::INTEGER)${rows.where()}, 0)::BIGINT`;
    default: {
      const total = sql`coalesce(sum(${x.sql})${rows.where()}, 0)`;
      // Sums of such numbers need 2^30 rows to leave 64 bits.
      return (boundOf(x) ?? WIDE) < WIDE ? sql`${total}::BIGINT` : wrapped(total);
    }
  }
};

const ONE = sql`1000000000000000000`;

/** Decimal division without a detour over doubles: in whole 10⁻¹⁸ths, which a HUGEINT holds up to 10²⁰. */
export function decimalMean(total: Sql, n: Sql): Sql {
  const whole = sql`trunc(${total})::HUGEINT`;
  const units = sql`(${whole} * ${ONE} + ((${total} - trunc(${total})) * ${ONE})::HUGEINT)`;
  const mean = sql`(${units} // ${n})`;
  return sql`((${mean} // ${ONE})::DECIMAL(38, 18) + (${mean} % ${ONE})::DECIMAL(38, 0) * 0.000000000000000001::DECIMAL(18, 18))::DECIMAL(38, 18)`;
}

const avg: Over = (args, rows, context) => {
  const x = numeric(argument(args, 0, context), context);
  const n = sql`nullif(count(${x.sql})${rows.where()}, 0)`;
  switch (x.type) {
    case 'datetime':
    case 'timespan':
      return sql`(sum(${x.sql})${rows.where()} // ${n})::BIGINT`;
    case 'decimal':
      return decimalMean(sql`sum(${x.sql})${rows.where()}`, n);
    case 'bool':
      return sql`coalesce(avg((${x.sql})::INTEGER)${rows.where()}, ${NAN})`;
    default:
      return sql`coalesce(avg(${x.sql})${rows.where()}, ${NAN})`;
  }
};

/** NaN, where there is one, is both the smallest and the greatest; DuckDB has it as the greatest alone. */
function smallest(x: SqlArg, where: Sql): Sql {
  if (x.type !== 'real') return sql`min(${x.sql})${where}`;
  return sql`CASE WHEN isnan(max(${x.sql})${where}) THEN ${NAN} ELSE min(${x.sql})${where} END`;
}

const extreme =
  (of: 'min' | 'max'): Over =>
  (args, rows, context) => {
    const x = argument(args, 0, context);
    const value = of === 'min' ? smallest(x, rows.where()) : sql`max(${x.sql})${rows.where()}`;
    return orEmpty(value, x.type);
  };

/**
 * Moments: 0 where there is nothing to spread. DuckDB refuses infinities and NaN here, the service
 * answers NaN, so those rows are kept out and counted.
 */
function moment(name: Sql, rows: Rows, x: Sql, exact: boolean): Sql {
  if (exact) return sql`coalesce(${name}(${x})${rows.where()}, 0)::DOUBLE`;
  const finite = sql`coalesce(${name}(${x})${rows.where(sql`isfinite(${x})`)}, 0)`;
  return sql`CASE WHEN count(*)${rows.where(sql`NOT isfinite(${x})`)} > 0 THEN ${NAN} ELSE ${finite} END`;
}

const spread =
  (name: Sql): Over =>
  (args, rows, context) => {
    const x = numeric(argument(args, 0, context), context);
    const exact = x.type === 'int' || x.type === 'long';
    return moment(name, rows, exact ? x.sql : sql`(${x.sql})::DOUBLE`, exact);
  };

const together =
  (name: Sql): Over =>
  (args, rows, context) => {
    const x = asReal(args, 0, context);
    const y = asReal(args, 1, context);
    return sql`coalesce(${name}(${y}, ${x})${rows.where()}, 0)`;
  };

function asReal(args: Parameters<Over>[0], position: number, context: AggregateContext): Sql {
  return sql`(${numeric(argument(args, position, context), context).sql})::DOUBLE`;
}

const bitwise =
  (name: Sql): Over =>
  (args, rows, context) =>
    sql`${name}(${context.convert(argument(args, 0, context), 'long')})${rows.where()}`;

const sampleDeviation = spread(sql`stddev_samp`);
const sampleVariance = spread(sql`var_samp`);
const populationVariance = spread(sql`var_pop`);
const sampleCovariance = together(sql`covar_samp`);
const populationCovariance = together(sql`covar_pop`);

const X = 'datatable(x: long)[1, 2, long(null), 6]';
const NONE = 'datatable(x: long)[1, 2] | where x > 5';
const XY = 'datatable(x: real, y: real)[1, 2, 2, 4, 3, 9]';
const SIX = 'datatable(x: long)[1, 2, 3, 4, 5, 6]';
const BITS = 'datatable(x: long)[12, 10, 14]';

export const statistics: readonly FunctionEntry[] = [
  plain('sum', sum, [
    { kql: `${X} | summarize sum(x)`, result: '9' },
    { kql: `${NONE} | summarize sum(x)`, result: '0' },
    { kql: 'datatable(t: timespan)[1h, 30m] | summarize sum(t)', result: '01:30:00' },
    { kql: 'datatable(x: real)[0.5, 0.25] | summarize sum(x)', result: '0.75' },
  ]),
  filtered('sumif', 1, sum, [
    { kql: `${X} | summarize sumif(x, x > 1)`, result: '8' },
    { kql: `${X} | summarize sumif(x, false)`, result: '0' },
  ]),
  plain('avg', avg, [
    { kql: `${X} | summarize avg(x)`, result: '3.0' },
    { kql: `${NONE} | summarize avg(x)`, result: 'NaN' },
    {
      kql: 'range x from 1 to 1000 step 1 | summarize avg(todecimal(x) / 8)',
      result: '62.5625',
    },
    {
      kql: 'datatable(d: decimal)[-100.5, -200.25, 1.0] | summarize avg(d)',
      result: '-99.916666666666666666',
    },
    {
      kql: 'datatable(d: datetime)[datetime(2020-01-01), datetime(2020-01-03)] | summarize avg(d)',
      result: '2020-01-02T00:00:00.0000000Z',
    },
  ]),
  filtered('avgif', 1, avg, [
    { kql: `${X} | summarize avgif(x, x > 1)`, result: '4.0' },
    { kql: `${X} | summarize avgif(x, false)`, result: 'NaN' },
  ]),
  plain('min', extreme('min'), [
    { kql: `${X} | summarize min(x)`, result: '1' },
    { kql: `${NONE} | summarize min(x)`, result: '' },
    { kql: 'datatable(x: real)[3.3, real(nan)] | summarize min(x)', result: 'NaN' },
  ]),
  filtered('minif', 1, extreme('min'), [{ kql: `${X} | summarize minif(x, x > 1)`, result: '2' }]),
  plain('max', extreme('max'), [
    { kql: `${X} | summarize max(x)`, result: '6' },
    { kql: 'datatable(s: string)["b", "a"] | summarize max(s)', result: 'b' },
  ]),
  filtered('maxif', 1, extreme('max'), [{ kql: `${X} | summarize maxif(x, x < 3)`, result: '2' }]),
  plain('stdev', sampleDeviation, [
    { kql: 'range x from 1 to 5 step 1 | summarize stdev(x)', result: '1.5811388300841898' },
    { kql: 'print x = 5 | summarize stdev(x)', result: '0.0' },
  ]),
  filtered('stdevif', 1, sampleDeviation, [
    {
      kql: 'range x from 1 to 100 step 1 | summarize stdevif(x, x % 2 == 0)',
      result: '29.154759474226502',
    },
  ]),
  plain('stdevp', spread(sql`stddev_pop`), [
    { kql: 'datatable(x: long)[1, 3] | summarize stdevp(x)', result: '1.0' },
  ]),
  plain('variance', sampleVariance, [
    { kql: 'range x from 1 to 5 step 1 | summarize variance(x)', result: '2.5' },
    { kql: 'datatable(x: real)[real(nan), 1] | summarize variance(x)', result: 'NaN' },
  ]),
  filtered('varianceif', 1, sampleVariance, [
    { kql: `${SIX} | summarize varianceif(x, x <= 5)`, result: '2.5' },
  ]),
  plain('variancep', populationVariance, [
    { kql: 'range x from 1 to 5 step 1 | summarize variancep(x)', result: '2.0' },
  ]),
  filtered('variancepif', 1, populationVariance, [
    { kql: `${SIX} | summarize variancepif(x, x <= 5)`, result: '2.0' },
  ]),
  plain('covariance', sampleCovariance, [
    { kql: `${XY} | summarize covariance(x, y)`, result: '3.5' },
  ]),
  filtered('covarianceif', 2, sampleCovariance, [
    { kql: `${XY} | summarize covarianceif(x, y, x < 3)`, result: '1.0' },
  ]),
  plain('covariancep', populationCovariance, [
    { kql: 'datatable(x: real, y: real)[1, 2, 3, 6] | summarize covariancep(x, y)', result: '2.0' },
  ]),
  filtered('covariancepif', 2, populationCovariance, [
    { kql: `${XY} | summarize covariancepif(x, y, x < 3)`, result: '0.5' },
  ]),
  plain('binary_all_and', bitwise(sql`bit_and`), [
    { kql: `${BITS} | summarize binary_all_and(x)`, result: '8' },
  ]),
  plain('binary_all_or', bitwise(sql`bit_or`), [
    { kql: `${BITS} | summarize binary_all_or(x)`, result: '14' },
  ]),
  plain('binary_all_xor', bitwise(sql`bit_xor`), [
    { kql: `${BITS} | summarize binary_all_xor(x)`, result: '8' },
  ]),
];
