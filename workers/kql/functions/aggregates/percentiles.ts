import type { KqlType } from '../../../../common/types/kql-type.ts';
import { join, count as number_, real, type Sql, sql } from '../../emit/sql.ts';
import {
  type AggregateContext,
  type Dynamic,
  type FunctionEntry,
  type SqlArg,
  scalar,
} from '../define.ts';
import { isArray } from '../value/dynamic.ts';
import { argument, jsonArray, numeric, type Over, plain } from './rows.ts';

/** The percentages asked for: arguments from `from` on, or one dynamic array. 0…100. */
function percentages(args: readonly SqlArg[], from: number, context: AggregateContext): number[] {
  const values: Dynamic[] = [];
  for (const arg of args.slice(from)) {
    if (arg.constant === undefined) return context.fail('percentages must be constants');
    if (isArray(arg.constant)) values.push(...arg.constant);
    else values.push(arg.constant);
  }
  return values.map((value) => {
    const p = Number(value);
    if (value === null || Number.isNaN(p) || p < 0 || p > 100)
      return context.fail('a percentage lies between 0 and 100');
    return p;
  });
}

/** Dynamic values are ranked as the numbers that they hold, and the answer is dynamic again. */
const asGiven =
  (ranked: Over): Over =>
  (args, rows, context) => {
    const piece = ranked(args, rows, context);
    return argument(args, 0, context).type === 'dynamic'
      ? context.convert({ sql: piece, type: 'real', constant: undefined }, 'dynamic')
      : piece;
  };

/** Nearest rank over all values, which is what `quantile_disc` gives: never off, unlike an estimate. */
const percentile: Over = asGiven((args, rows, context) => {
  const x = numeric(argument(args, 0, context), context);
  const p = argument(args, 1, context);
  if (p.constant !== undefined) {
    const [percent, ...others] = percentages(args, 1, context);
    if (percent !== undefined && others.length > 1) {
      const shares = join(others.map((other) => real(other / 100)));
      const at = number_(others.indexOf(percent) + 1);
      return sql`quantile_disc(${x.sql}, [${shares}])${rows.where()}[${at}]`;
    }
    return sql`quantile_disc(${x.sql}, ${real((percent ?? 0) / 100)})${rows.where()}`;
  }
  const n = sql`count(${x.sql})${rows.where()}`;
  const rank = sql`greatest(1, ceil(any_value(${p.sql})::DOUBLE / 100 * ${n}))::BIGINT`;
  return sql`list_sort(list(${x.sql})${rows.where(sql`${x.sql} IS NOT NULL`)})[${rank}]`;
});

const percentilesArray: Over = (args, rows, context) => {
  const x = numeric(argument(args, 0, context), context);
  const shares = join(percentages(args, 1, context).map((p) => real(p / 100)));
  const values = sql`quantile_disc(${x.sql}, [${shares}])${rows.where()}`;
  return sql`CASE WHEN count(${x.sql})${rows.where()} > 0 THEN ${jsonArray(values, x.type, context)} END`;
};

/** Pairs of value and weight as one JSON array, finished in TypeScript. */
function weighted(
  args: readonly SqlArg[],
  percents: Sql,
  returns: KqlType,
  context: AggregateContext,
): Sql {
  const x = numeric(argument(args, 0, context), context);
  if (x.type === 'string' || x.type === 'bool' || x.type === 'guid')
    return context.fail(`weighted percentiles want numbers, datetimes or timespans, not ${x.type}`);
  const w = argument(args, 1, context);
  const pair = sql`[${x.sql}::VARCHAR, (${w.sql})::VARCHAR]`;
  const where = sql` FILTER (WHERE ${x.sql} IS NOT NULL AND ${w.sql} > 0)`;
  const pairs = sql`to_json(coalesce(list(${pair})${where}, []))::VARCHAR`;
  const pieces = [
    { sql: pairs, type: 'dynamic' },
    { sql: percents, type: 'dynamic' },
  ] as const;
  return context.js(`__weighted_percentiles_${x.type}`, pieces, returns);
}

function percentsJson(args: readonly SqlArg[], context: AggregateContext): Sql {
  return sql`to_json([${join(percentages(args, 2, context).map(real))}])::VARCHAR`;
}

const percentileWeighted: Over = asGiven((args, _rows, context) => {
  const x = numeric(argument(args, 0, context), context);
  const values = weighted(args, percentsJson(args, context), 'dynamic', context);
  return storedValue(sql`(${values} ->> '$[0]')`, x.type);
});

/** A value that travelled as text, back in the store's type. */
function storedValue(text: Sql, type: KqlType): Sql {
  switch (type) {
    case 'real':
      return sql`${text}::DOUBLE`;
    case 'int':
      return sql`${text}::INTEGER`;
    case 'decimal':
      return sql`${text}::DECIMAL(38, 18)`;
    default:
      return sql`${text}::BIGINT`;
  }
}

const percentilesArrayWeighted: Over = (args, _rows, context) => {
  const x = numeric(argument(args, 0, context), context);
  const values = weighted(args, percentsJson(args, context), 'dynamic', context);
  const list = sql`list_transform((${values})::JSON::VARCHAR[], lambda t: ${storedValue(sql`t`, x.type)})`;
  return sql`CASE WHEN json_array_length(${values}) > 0 THEN ${jsonArray(list, x.type, context)} END`;
};

type Weighted = { readonly value: number | bigint; readonly text: string; readonly weight: bigint };

/**
 * Nearest rank among values that count `weight` times each (page "percentilesw"). Values come and go as text,
 * so that ticks and decimals stay whole.
 */
export function weightedPercentiles(
  pairs: readonly Weighted[],
  percents: readonly number[],
): readonly string[] {
  const sorted = [...pairs].sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
  const total = sorted.reduce((sum, pair) => sum + pair.weight, 0n);
  return percents.map((percent) => {
    const target = (percent / 100) * Number(total);
    let seen = 0n;
    for (const pair of sorted) {
      seen += pair.weight;
      if (Number(seen) >= target) return pair.text;
    }
    return sorted.at(-1)?.text ?? '';
  });
}

const readPairs = (pairs: Dynamic | undefined, whole: boolean): Weighted[] =>
  (isArray(pairs) ? pairs : []).map((pair) => {
    const [text, weight] = isArray(pair) ? pair.map(String) : [];
    const value = text ?? '0';
    return {
      text: value,
      value: whole ? BigInt(value) : Number(value),
      weight: BigInt(Math.round(Number(weight ?? 0))),
    };
  });

const weightedForm = (type: KqlType, whole: boolean): FunctionEntry =>
  scalar(
    `__weighted_percentiles_${type}`,
    {
      js: {
        call: ([pairs, percents]) => {
          const read = readPairs(pairs, whole);
          const wanted = isArray(percents ?? null)
            ? (percents as readonly Dynamic[]).map(Number)
            : [];
          return read.length === 0 ? [] : weightedPercentiles(read, wanted);
        },
      },
    },
    [],
  );

const X = 'datatable(x: long)[5, 10, 15, 20, long(null)]';
const W = 'datatable(n: long, x: long)[8, 10, 6, 20, 3, 30, 1, 40]';

export const percentiles: readonly FunctionEntry[] = [
  plain('percentile', percentile, [
    { kql: 'print d = dynamic(5) | summarize percentile(d, 50)', result: '5.0' },
    { kql: `${X} | summarize percentile(x, 50)`, result: '10' },
    { kql: `${X} | summarize percentile(x, 51)`, result: '15' },
    { kql: `${X} | summarize percentile(x, 0)`, result: '5' },
    { kql: `${X} | where x > 50 | summarize percentile(x, 50)`, result: '' },
  ]),
  plain('percentiles', percentile, [
    { kql: `${X} | summarize percentiles(x, 5, 100) | project percentile_x_100`, result: '20' },
  ]),
  plain('percentiles_array', percentilesArray, [
    { kql: `${X} | summarize percentiles_array(x, 25, 50, 75)`, result: '[5,10,15]' },
    { kql: `${X} | summarize percentiles_array(x, dynamic([50, 100]))`, result: '[10,20]' },
  ]),
  plain('percentilew', percentileWeighted, [
    { kql: `${W} | summarize percentilew(x, n, 75)`, result: '20' },
    { kql: `${W} | summarize percentilew(x, n, 99.9)`, result: '40' },
  ]),
  plain('percentilesw', percentileWeighted, [
    { kql: `${W} | summarize percentilesw(x, n, 50, 75) | project percentile_x_50`, result: '20' },
  ]),
  plain('percentilesw_array', percentilesArrayWeighted, [
    { kql: `${W} | summarize percentilesw_array(x, n, 50, 75, 99.9)`, result: '[20,20,40]' },
    { kql: `${W} | summarize percentilesw_array(x, n, dynamic([5, 80]))`, result: '[10,30]' },
  ]),
  weightedForm('int', true),
  weightedForm('long', true),
  weightedForm('datetime', true),
  weightedForm('timespan', true),
  weightedForm('real', false),
  weightedForm('decimal', false),
];
