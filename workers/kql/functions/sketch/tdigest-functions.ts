import type { KqlType } from '../../../../common/types/kql-type.ts';
import { join, real, type Sql, sql, str } from '../../emit/sql.ts';
import { argument, jsonArray, numeric, type Over, plain } from '../aggregates/rows.ts';
import {
  type CallContext,
  type Dynamic,
  type FunctionEntry,
  type SqlArg,
  scalar,
  type Value,
} from '../define.ts';
import { isArray } from '../value/dynamic.ts';
import {
  cuts,
  type Digest,
  digestOf,
  dynamicOf,
  type Entry,
  mergeDigests,
  percentileOf,
  percentRankOf,
  pointOf,
  printDigest,
  rankOf,
  readDigest,
} from './tdigest.ts';

/** Up to this many members are kept as they are. */
const EXACT = 2000;

/** Values as a list that JSON holds whole: ticks and longs as integers, decimals as reals. */
const stored = (x: SqlArg): Sql => (x.type === 'decimal' ? sql`(${x.sql})::DOUBLE` : x.sql);

/**
 * Few members go as they are; of many, DuckDB finds the cuts itself, so that no list of millions of values
 * leaves it.
 */
const tdigest: Over = (args, rows, context) => {
  const x = numeric(argument(args, 0, context), context);
  const weight = args[1];
  if (weight) return weightedDigest(x, weight, rows.where(sql`${x.sql} IS NOT NULL`), context);
  const value = stored(x);
  const n = sql`count(${x.sql})${rows.where()}`;
  const shares = join(cuts().map((share) => real(share)));
  const few = sql`list_sort(list(${value})${rows.where(sql`${x.sql} IS NOT NULL`)})`;
  const many = sql`quantile_disc(${value}, [${shares}])${rows.where()}`;
  const pieces = [
    {
      sql: sql`coalesce(to_json(CASE WHEN ${n} <= ${real(EXACT)} THEN ${few} ELSE ${many} END)::VARCHAR, '[]')`,
      type: 'dynamic',
    },
    { sql: n, type: 'long' },
    { sql: str(x.type), type: 'string' },
  ] as const;
  return context.js('__tdigest_of_values', pieces, 'dynamic');
};

function weightedDigest(x: SqlArg, weight: SqlArg, where: Sql, context: CallContext): Sql {
  const values = sql`coalesce(to_json(list(${stored(x)})${where})::VARCHAR, '[]')`;
  const weights = sql`coalesce(to_json(list(coalesce(${weight.sql}, 0))${where})::VARCHAR, '[]')`;
  const pieces = [
    { sql: values, type: 'dynamic' },
    { sql: weights, type: 'dynamic' },
    { sql: str(x.type), type: 'string' },
  ] as const;
  return context.js('__tdigest_of_weighted', pieces, 'dynamic');
}

export const mergedDigests: Over = (args, rows, context) => {
  const x = argument(args, 0, context);
  const all = sql`coalesce(list(${x.sql})${rows.where(sql`${x.sql} IS NOT NULL`)}, [])`;
  const pieces = [{ sql: jsonArray(all, 'dynamic', context), type: 'dynamic' }] as const;
  return context.js('__tdigest_merge_all', pieces, 'dynamic');
};

const listOf = (value: Dynamic | undefined): readonly Dynamic[] => (isArray(value) ? value : []);
const typeOf = (value: Dynamic | undefined): KqlType =>
  typeof value === 'string' ? (value as KqlType) : 'real';

function entriesOf(
  values: readonly Dynamic[],
  weight: (i: number) => number,
  type: KqlType,
): Entry[] {
  return values.flatMap((value, i) => {
    const point = pointOf(value, type);
    return point === undefined ? [] : [{ value: point, weight: weight(i) }];
  });
}

/** All members, or the values at the cuts: each stands for the members since the cut before. */
function ofValues([values, n, type]: readonly Value[]): Value {
  const points = listOf(values);
  const total = Number(n);
  const t = typeOf(type);
  if (points.length === total)
    return printDigest(
      digestOf(
        t,
        entriesOf(points, () => 1, t),
      ),
    );
  const ranks = cuts().map((share) => Math.max(1, Math.ceil(share * total)));
  return printDigest(
    digestOf(
      t,
      entriesOf(points, (i) => (ranks[i] ?? 0) - (ranks[i - 1] ?? 0), t),
    ),
  );
}

function ofWeighted([values, weights, type]: readonly Value[]): Value {
  const w = listOf(weights);
  const t = typeOf(type);
  return printDigest(
    digestOf(
      t,
      entriesOf(listOf(values), (i) => Number(w[i] ?? 0), t),
    ),
  );
}

const merged = (values: readonly (Dynamic | undefined)[]): Dynamic => {
  const digests = values.map(readDigest).filter((d): d is Digest => d !== undefined);
  const all = mergeDigests(digests);
  return all ? printDigest(all) : null;
};

function percentile([value, percent]: readonly Value[]): Value {
  const digest = readDigest(value);
  const point = digest && percentileOf(digest, Number(percent));
  return digest === undefined || point === undefined ? null : dynamicOf(point, digest.type);
}

/** The percentages come one by one or as an array; a `typeof` behind them only names what they are anyway. */
function percentiles([value, ...rest]: readonly Value[]): Value {
  const percents = rest.flatMap((p) => (isArray(p) ? p : [p])).filter((p) => p !== null);
  return percents.map((p) => percentile([value ?? null, p]));
}

/** As dynamic, or of the type that `typeof` names. */
function percentileSql(args: readonly SqlArg[], context: CallContext): Sql | undefined {
  const [digest, percent] = args;
  if (!digest || !percent || context.type === 'dynamic') return undefined;
  const value = context.js('percentile_tdigest', [digest, percent], 'dynamic');
  return context.convert({ sql: value, type: 'dynamic', constant: undefined }, context.type);
}

const ranked =
  (of: (digest: Digest, point: number | bigint) => number) =>
  ([value, sought]: readonly Value[]): Value => {
    const digest = readDigest(value);
    const point = digest && pointOf(sought ?? null, digest.type);
    return digest === undefined || point === undefined ? null : of(digest, point);
  };

const HUNDRED = 'range x from 1 to 100 step 1 | summarize t = tdigest(x)';
const TWO = 'range x from 1 to 10 step 1 | summarize a = tdigest(x), b = tdigest(x + 10)';
const mergeScalar = {
  js: { nulls: 'pass', call: (args: readonly Value[]) => merged(args) },
} as const;
const MERGED = [
  { kql: `${TWO} | project percentile_tdigest(tdigest_merge(a, b), 100)`, result: '20' },
];

export const tdigestFunctions: readonly FunctionEntry[] = [
  plain('tdigest', tdigest, [
    { kql: `${HUNDRED} | project percentile_tdigest(t, 50)`, result: '50' },
    {
      kql: 'datatable(v: real, w: long)[1, 1, 2, 2] | summarize t = tdigest(v, w) | project percentile_tdigest(t, 50)',
      result: '2.0',
    },
  ]),
  plain('tdigest_merge', mergedDigests, [
    {
      kql: 'range x from 1 to 9 step 1 | summarize t = tdigest(x) by x % 3 | summarize t = tdigest_merge(t) | project percentile_tdigest(t, 50)',
      result: '5',
    },
  ]),
  plain('merge_tdigest', mergedDigests, [
    {
      kql: 'range x from 1 to 9 step 1 | summarize t = tdigest(x) by x % 3 | summarize t = merge_tdigest(t) | project percentile_tdigest(t, 100)',
      result: '9',
    },
  ]),
  scalar('tdigest_merge', mergeScalar, MERGED),
  scalar('merge_tdigest', mergeScalar, MERGED),
  scalar('percentile_tdigest', { sql: percentileSql, js: { call: percentile } }, [
    { kql: `${HUNDRED} | project percentile_tdigest(t, 90, typeof(long))`, result: '90' },
  ]),
  scalar('percentiles_array_tdigest', { js: { nulls: 'pass', call: percentiles } }, [
    { kql: `${HUNDRED} | project percentiles_array_tdigest(t, 10, 20)`, result: '[10,20]' },
    {
      kql: `${HUNDRED} | project percentiles_array_tdigest(t, dynamic([10, 100]))`,
      result: '[10,100]',
    },
  ]),
  scalar('rank_tdigest', { js: { call: ranked(rankOf) } }, [
    {
      kql: 'range x from 1 to 1000 step 1 | summarize t = tdigest(x) | project rank_tdigest(t, 685)',
      result: '685.0',
    },
  ]),
  scalar('percentrank_tdigest', { js: { call: ranked(percentRankOf) } }, [
    { kql: `${HUNDRED} | project percentrank_tdigest(t, 85)`, result: '85.0' },
  ]),
  scalar(
    'tdigest_isvalid',
    { js: { nulls: 'pass', call: ([value]) => readDigest(value) !== undefined } },
    [],
  ),
  scalar('__tdigest_of_values', { js: { call: ofValues } }, []),
  scalar('__tdigest_of_weighted', { js: { call: ofWeighted } }, []),
  scalar('__tdigest_merge_all', { js: { call: ([states]) => merged(listOf(states)) } }, []),
];
