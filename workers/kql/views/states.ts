import { AppError } from '../../../common/errors/app-error.ts';
import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import { call, column, constant, type Expr } from '../plan/plan.ts';
import { exprText } from '../plan/print.ts';

type Aggregate = Expr & { readonly k: 'aggregate' };

/** One column that a view keeps: what is computed over new rows, and how two of its values become one. */
export interface State {
  /** Says what is kept, so that a view that is altered finds again what it has. */
  readonly column: Column;
  readonly partial: Expr;
  readonly merge: Expr;
}

/** How one column of a view is kept and made. */
export interface Kept {
  readonly states: readonly State[];
  /** The view's value, from the merged states in their order. */
  readonly finish: (merged: readonly Expr[]) => Expr;
}

function aggregate(name: string, args: readonly Expr[], type: KqlType, like: Aggregate): Aggregate {
  return { k: 'aggregate', name, args, type, span: like.span };
}

function state(
  partial: Aggregate,
  merge: (kept: Expr) => readonly [name: string, ...args: Expr[]],
): State {
  const kept: Column = { name: `·${exprText(partial)}`, type: partial.type };
  const [name, ...args] = merge(column(kept.name, kept.type));
  return { column: kept, partial, merge: aggregate(name, args, partial.type, partial) };
}

const whole = (merged: readonly Expr[]): Expr => merged[0] ?? constant(null, 'dynamic');

/** The same function merges what it has made. */
const alike =
  (merge = ''): Rule =>
  (e) => ({
    states: [state(e, (kept) => [merge || e.name, kept])],
    finish: whole,
  });

/** Collected values: the limit counts for the merged list too. */
const collected =
  (merge: string, limit: number): Rule =>
  (e) => ({
    states: [
      state(e, (kept) => {
        const most = e.args[limit];
        return most ? [merge, kept, most] : [merge, kept];
      }),
    ],
    finish: whole,
  });

/** Values that some partial groups lack: their number is kept beside them. */
const where =
  (merge: string): Rule =>
  (e) => {
    const [value, predicate] = e.args;
    if (!value || !predicate) return fail(e);
    const number = state(aggregate('countif', [predicate], 'long', e), (kept) => ['sum', kept]);
    const some = call(
      'op_GreaterThan',
      [column(number.column.name, 'long'), constant(0n, 'long')],
      'bool',
    );
    return { states: [state(e, (kept) => [merge, kept, some]), number], finish: whole };
  };

function numberOf(value: Expr, predicate: Expr | undefined, e: Aggregate): State {
  const held = call('isnotnull', [value], 'bool');
  const counted = predicate ? call('op_And', [predicate, held], 'bool') : held;
  return state(aggregate('countif', [counted], 'long', e), (kept) => ['sum', kept]);
}

const mean: Rule = (e) => {
  const [value, predicate] = e.args;
  if (!value) return fail(e);
  // Ticks and whole numbers are summed up as digits; a dynamic counts as the real it holds.
  const real = value.type === 'real' || value.type === 'dynamic';
  const type: KqlType = real ? 'real' : value.type === 'decimal' ? 'decimal' : 'string';
  const sum = aggregate(predicate ? '__exact_sum_if' : '__exact_sum', e.args, type, e);
  return {
    states: [
      state(sum, (kept) => ['__exact_sum_merge', kept]),
      numberOf(value.type === 'dynamic' ? call('toreal', [value], 'real') : value, predicate, e),
    ],
    finish: (merged) => call('__mean', merged, e.type, e.span),
  };
};

const distinct =
  (sketch: string): Rule =>
  (e) => ({
    states: [state(aggregate(sketch, e.args, 'dynamic', e), (kept) => ['__hll_states', kept])],
    finish: (merged) =>
      call('coalesce', [call('dcount_hll', merged, 'long', e.span), constant(0n, 'long')], 'long'),
  });

const percentile: Rule = (e) => {
  const [value, ...percents] = e.args;
  if (!value) return fail(e);
  const digest = state(aggregate('tdigest', [value], 'dynamic', e), (kept) => [
    '__tdigest_states',
    kept,
  ]);
  const name = e.type === 'dynamic' && e.name.includes('array') ? ARRAY : ONE;
  return {
    states: [digest],
    // One of several carries the others behind its own.
    finish: (merged) =>
      call(
        name,
        [...merged, ...(name === ARRAY ? percents : percents.slice(0, 1))],
        e.type,
        e.span,
      ),
  };
};

const ONE = 'percentile_tdigest';
const ARRAY = 'percentiles_array_tdigest';

/** All columns of one call keep the same key, and take theirs from the row that has it. */
const extreme: Rule = (e) => {
  const [key, value = key] = e.args;
  if (!key || !value) return fail(e);
  const best = aggregate(e.name, [key, key], key.type, e);
  const keyState = state(best, (kept) => [e.name, kept, kept]);
  if (exprText(key) === exprText(value)) return { states: [keyState], finish: whole };
  const own = state(e, (kept) => [e.name, column(keyState.column.name, key.type), kept]);
  return { states: [own, keyState], finish: whole };
};

type Rule = (e: Aggregate) => Kept;

/** The aggregates of page ".create materialized-view", section "Supported aggregation functions". */
const RULES: Readonly<Record<string, Rule>> = {
  count: alike('sum'),
  countif: alike('sum'),
  cnt: alike('sum'),
  sum: alike(),
  sumif: alike('sum'),
  min: alike(),
  max: alike(),
  minif: where('minif'),
  maxif: where('maxif'),
  avg: mean,
  avgif: mean,
  dcount: distinct('hll'),
  dcountif: distinct('hll_if'),
  hll: alike('__hll_states'),
  hll_if: alike('__hll_states'),
  hll_merge: alike(),
  tdigest: alike('__tdigest_states'),
  tdigest_merge: alike(),
  merge_tdigest: alike(),
  percentile,
  percentiles: percentile,
  percentiles_array: percentile,
  arg_max: extreme,
  arg_min: extreme,
  argmax: extreme,
  argmin: extreme,
  take_any: alike(),
  any: alike(),
  take_anyif: where('take_anyif'),
  anyif: where('anyif'),
  make_set: collected('make_set', 1),
  makeset: collected('makeset', 1),
  make_set_if: collected('make_set', 2),
  make_list: collected('make_list', 1),
  makelist: collected('makelist', 1),
  make_list_if: collected('make_list', 2),
  make_list_with_nulls: alike(),
  make_bag: collected('make_bag', 1),
  make_bag_if: collected('make_bag', 2),
};

function fail(e: Aggregate): never {
  throw new AppError('semantic', 'view_aggregate', `${e.name}() lacks an argument.`, {
    ...(e.span ? { span: e.span } : {}),
  });
}

/** How an aggregate is kept current; refused where its value can't be continued from what it was. */
export function keptAs(expr: Expr): Kept {
  if (expr.k !== 'aggregate')
    throw new AppError(
      'semantic',
      'view_composite',
      'A materialized view computes plain aggregates only, nothing from them.',
      {
        ...('span' in expr && expr.span ? { span: expr.span } : {}),
        hints: [
          'Keep each aggregate in a column of its own, and compute with the columns when you query the view.',
        ],
      },
    );
  const rule = RULES[expr.name];
  if (rule) return rule(expr);
  throw new AppError(
    'semantic',
    'view_aggregate',
    `A materialized view can't keep ${expr.name}() current.`,
    {
      ...(expr.span ? { span: expr.span } : {}),
      hints: [`It can keep: ${Object.keys(RULES).join(', ')}.`],
    },
  );
}
