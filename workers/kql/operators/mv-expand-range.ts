import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR } from '../../../common/types/ticks.ts';
import * as q from '../emit/sql.ts';
import { type Sql, sql } from '../emit/sql.ts';
import { column, constant, type Expr, type Plan } from '../plan/plan.ts';
import type { Expansion } from './mv-expand.ts';

/** The service cuts a longer range off (page "range()"). */
const MAX_VALUES = 1_048_576;

/** Start, stop and step of a range, as columns of the input. */
export type RangeBounds = readonly [Expr, Expr, Expr];

/** The step that range() takes when none is given, and the type of a step. */
const STEPS: Readonly<
  Partial<Record<KqlType, { readonly type: KqlType; readonly usual: bigint }>>
> = {
  datetime: { type: 'timespan', usual: TICKS_PER_DAY },
  timespan: { type: 'timespan', usual: TICKS_PER_HOUR },
  long: { type: 'long', usual: 1n },
};

/** The bounds of `range(…)` where its values are what the expansion wants, without a way through dynamic. */
function boundsOf(expr: Expr | undefined, wanted: KqlType): RangeBounds | undefined {
  if (expr?.k !== 'call' || expr.name !== 'range') return undefined;
  const [start, stop, step] = expr.args;
  const way = STEPS[wanted];
  if (!way || start?.type !== wanted || stop?.type !== wanted) return undefined;
  if (step && step.type !== way.type) return undefined;
  return [start, stop, step ?? constant(way.usual, way.type)];
}

/**
 * Expands `range(…)` without making the array: a time window join expands some ranges per row, and as text they
 * would cost more than the join. The column that held the range gives way to its bounds.
 */
export function nativeRanges(
  input: Plan,
  expansions: readonly Expansion[],
): { readonly input: Plan; readonly expansions: readonly Expansion[] } {
  if (input.op !== 'project') return { input, expansions };
  const exprs = [...input.exprs];
  const columns: Column[] = [...input.columns];
  const changed = expansions.map((expansion): Expansion => {
    const { expr } = expansion;
    const at = input.columns.findIndex((c) => expr.k === 'column' && c.name === expr.name);
    const bounds = boundsOf(exprs[at], expansion.type);
    if (!bounds) return expansion;
    const named = bounds.map((bound, i): Expr => {
      const made: Column = { name: `·range${columns.length}.${i}`, type: bound.type };
      columns.push(made);
      exprs.push(bound);
      return column(made.name, made.type);
    });
    exprs[at] = constant(null, input.columns[at]?.type ?? 'dynamic');
    const [start, stop, step] = named;
    return start && stop && step ? { ...expansion, range: [start, stop, step] } : expansion;
  });
  const same = changed.every((e, i) => e === expansions[i]);
  return same
    ? { input, expansions }
    : { input: { ...input, exprs, columns }, expansions: changed };
}

/** The values as a list of the engine's; a missing bound gives one missing value, as a missing array does. */
export function rangeList(start: Sql, stop: Sql, step: Sql): Sql {
  const missing = sql`${start} IS NULL OR ${stop} IS NULL OR ${step} IS NULL`;
  const steps = sql`least((${stop} - ${start}) // ${step} + 1, ${q.count(MAX_VALUES)})`;
  const none = sql`${step} = 0 OR (${stop} - ${start} < 0) <> (${step} < 0) AND ${stop} <> ${start}`;
  return sql`CASE WHEN ${missing} THEN [NULL::BIGINT] WHEN ${none} THEN [] ELSE list_transform(range(0, ${steps}), lambda k: ${start} + k * ${step}) END`;
}
