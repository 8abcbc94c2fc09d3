import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import type { Value } from '../functions/define.ts';
import { type Row, walkExpr } from '../plan/plan.ts';
import { type CalendarUnit, isCalendarUnit, nextUnit, startOfUnit } from './calendar.ts';
import type { Plugin, PluginCall } from './define.ts';
import {
  byPoint,
  constantValue,
  floorTo,
  grouped,
  keyOf,
  onlyExpressions,
  plugin,
  pointOf,
  pointValue,
  requiredPoint,
  tableStep,
} from './rows.ts';

/** One appearance of an id on the time line. */
export interface Event {
  readonly id: string;
  readonly at: bigint;
}

/** Rows of one combination of the dimensions, in time order. */
export type Analyse = (events: readonly Event[]) => readonly (readonly Value[])[];

/**
 * A plugin over (id, time, …constants, dimensions…): each combination of the dimensions is analysed alone. The
 * answer's rows begin with `points` points of the time line; the dimensions come behind them.
 */
function overDimensions(
  name: string,
  call: PluginCall,
  columns: readonly Column[],
  firstDimension: number,
  points: number,
  analyse: Analyse,
) {
  const dimensions = call.args.slice(firstDimension).map((_, i) => firstDimension + i);
  const exprs = [0, 1, ...dimensions].map((i) => call.expr(i));
  const type = exprs[1]?.type ?? 'datetime';
  return tableStep(name, [onlyExpressions(call.input, exprs)], columns, ([rows]) => {
    const out: Row[] = [];
    const groups = grouped(
      rows ?? [],
      dimensions.map((_, i) => i + 2),
    );
    for (const { key, rows: members } of groups.values()) {
      for (const row of analyse(eventsOf(members)))
        out.push([
          ...row.slice(0, points).map((p) => pointValue(p as bigint, type)),
          ...key,
          ...row.slice(points),
        ]);
    }
    return out;
  });
}

function eventsOf(rows: readonly Row[]): Event[] {
  return rows
    .flatMap((row) => {
      const at = pointOf(row[1]);
      return at === undefined || row[0] === null ? [] : [{ id: keyOf([row[0] ?? null]), at }];
    })
    .sort((a, b) => byPoint(a.at, b.at));
}

interface Period {
  readonly start: bigint;
  readonly end: bigint;
  readonly step: bigint;
  /** Bins are those of the calendar instead. */
  readonly calendar?: CalendarUnit;
}

/** The bins' starts, from the period's start through its end. */
function bins(period: Period): bigint[] {
  const { start, end, step } = period;
  const out: bigint[] = [];
  if (period.calendar)
    for (
      let at = startOfUnit(start, period.calendar);
      at <= end;
      at = nextUnit(at, period.calendar)
    )
      out.push(at);
  else for (let at = start; at <= end && step > 0n; at += step) out.push(at);
  return out;
}

const binOf = ({ start, step, calendar }: Period, at: bigint): bigint =>
  calendar ? startOfUnit(at, calendar) : start + floorTo(at - start, step);

/** Ids per bin, counted from the period's start. */
function idsByBin(events: readonly Event[], period: Period): Map<bigint, Event[]> {
  const found = new Map<bigint, Event[]>();
  for (const event of events) {
    if (event.at < period.start || event.at > period.end) continue;
    const bin = binOf(period, event.at);
    const list = found.get(bin);
    if (list) list.push(event);
    else found.set(bin, [event]);
  }
  return found;
}

const idsOf = (events: readonly Event[] | undefined): Set<string> =>
  new Set(events?.map((e) => e.id));

const common = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => {
  let n = 0;
  for (const id of a) if (b.has(id)) n++;
  return n;
};

const count = (n: number): bigint => BigInt(n);

const periodOf = (call: PluginCall, start: number, end: number, step: number): Period => ({
  start: requiredPoint(call, start),
  end: requiredPoint(call, end),
  step: requiredPoint(call, step),
});

/** The same with a bin that may be `week`, `month` or `year` (pages of the activity plugins, Window). */
function windowed(call: PluginCall, start: number, end: number, step: number): Period {
  const unit = String(constantValue(call, step) ?? '').toLowerCase();
  return isCalendarUnit(unit)
    ? { start: requiredPoint(call, start), end: requiredPoint(call, end), step: 1n, calendar: unit }
    : periodOf(call, start, end, step);
}

/** Counts and distinct counts per bin, new ids and all ids so far (page "activity_counts_metrics plugin"). */
export function countsMetrics(events: readonly Event[], period: Period): Value[][] {
  const found = idsByBin(events, period);
  const seen = new Set<string>();
  return bins(period).flatMap((bin) => {
    const here = found.get(bin);
    if (!here) return [];
    const ids = idsOf(here);
    const before = seen.size;
    for (const id of ids) seen.add(id);
    return [
      [bin, count(here.length), count(ids.size), count(seen.size - before), count(seen.size)],
    ];
  });
}

/** Ids of each bin against those of the bin before, and no earlier one (page "activity_metrics plugin"). */
export function metrics(events: readonly Event[], period: Period): Value[][] {
  const found = idsByBin(events, period);
  let previous: Set<string> | undefined;
  return bins(period).flatMap((bin) => {
    const here = found.get(bin);
    if (!here) {
      previous = new Set();
      return [];
    }
    const ids = idsOf(here);
    const retained = previous === undefined ? 0 : common(ids, previous);
    // The first bin has nothing to lose.
    const retention = previous === undefined ? 1 : retained / previous.size;
    previous = ids;
    return [[bin, count(ids.size), count(ids.size - retained), retention, 1 - retention]];
  });
}

/** Distinct ids of a bin against those of the longer window that ends with it (page "activity_engagement plugin"). */
export function engagement(events: readonly Event[], period: Period, outer: bigint): Value[][] {
  const window = new Window(events);
  return bins(period).flatMap((bin) => {
    const inner = window.ids(bin, bin + period.step);
    if (inner.size === 0) return [];
    const long = window.ids(max(period.start, bin + period.step - outer), bin + period.step);
    return [[bin, count(inner.size), count(long.size), inner.size / long.size]];
  });
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Ids within any stretch of sorted events. */
class Window {
  private readonly events: readonly Event[];
  constructor(events: readonly Event[]) {
    this.events = events;
  }

  /** From `from`, up to but without `to`. */
  slice(from: bigint, to: bigint): readonly Event[] {
    return this.events.slice(this.position(from), this.position(to));
  }

  ids(from: bigint, to: bigint): Set<string> {
    return idsOf(this.slice(from, to));
  }

  private position(at: bigint): number {
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.events[middle]?.at ?? at) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Counts of the window that ends with each bin (page "sliding_window_counts plugin"). */
export function slidingCounts(
  events: readonly Event[],
  period: Period,
  lookback: bigint,
): Value[][] {
  const window = new Window(events);
  return bins(period).flatMap((bin) => {
    const end = bin + period.step;
    const found = window.slice(end - lookback, end);
    return found.length === 0 ? [] : [[bin, count(found.length), count(idsOf(found).size)]];
  });
}

/**
 * Sessions by the bin in which they start: a session ends when an id is silent for the lookback window or longer
 * (page "session_count plugin").
 */
export function sessions(events: readonly Event[], period: Period, lookback: bigint): Value[][] {
  const last = new Map<string, bigint>();
  const starts = new Map<bigint, number>();
  for (const { id, at } of events) {
    if (at < period.start || at > period.end) continue;
    const before = last.get(id);
    last.set(id, at);
    if (before !== undefined && at - before < lookback) continue;
    const bin = floorTo(at, period.step);
    starts.set(bin, (starts.get(bin) ?? 0) + 1);
  }
  return [...starts].sort((a, b) => byPoint(a[0], b[0])).map(([bin, n]) => [bin, count(n)]);
}

/** Ids that at one of their appearances in a bin had been there in enough periods (page "active_users_count plugin"). */
export function activeUsers(
  events: readonly Event[],
  range: Period,
  lookback: bigint,
  period: bigint,
  enough: number,
): Value[][] {
  const byId = new Map<string, bigint[]>();
  for (const { id, at } of events) {
    const list = byId.get(id);
    if (list) list.push(at);
    else byId.set(id, [at]);
  }
  const active = new Map<bigint, Set<string>>();
  for (const [id, times] of byId) {
    for (const at of times) {
      if (at < range.start || at > range.end) continue;
      const periods = new Set(
        times.filter((t) => t > at - lookback && t <= at).map((t) => floorTo(t, period)),
      );
      if (periods.size < enough) continue;
      const bin = range.start + floorTo(at - range.start, range.step);
      const set = active.get(bin);
      if (set) set.add(id);
      else active.set(bin, new Set([id]));
    }
  }
  return [...active]
    .sort((a, b) => byPoint(a[0], b[0]))
    .map(([bin, ids]) => [bin, count(ids.size)]);
}

/**
 * Each cohort of new ids in the bins that follow (page "new_activity_metrics plugin"); ids of the lookback rows are
 * new no more.
 */
export function newActivity(
  events: readonly Event[],
  period: Period,
  cohort: bigint | undefined,
  known: ReadonlySet<string>,
): Value[][] {
  const found = idsByBin(events, period);
  const all = bins(period);
  const seen = new Set(known);
  const out: Value[][] = [];
  for (const from of all) {
    const fresh = new Set([...idsOf(found.get(from))].filter((id) => !seen.has(id)));
    for (const id of fresh) seen.add(id);
    if (cohort !== undefined && cohort !== from) continue;
    for (const to of all) {
      if (to < from) continue;
      const there = idsOf(found.get(to));
      const retained = common(fresh, there);
      const churned = fresh.size - retained;
      out.push([
        from,
        to,
        // Ids of the later bin that no bin up to the cohort's had.
        count(to === from ? fresh.size : there.size - common(there, seen)),
        count(retained),
        count(churned),
        retained / fresh.size,
        churned / fresh.size,
      ]);
    }
  }
  return out;
}

/** A tabular argument: rows of the same id and time columns from before. */
function lookbackIds(call: PluginCall): number | undefined {
  const at = call.args.findIndex((a, i) => i > 4 && a.resultType?.kind === 'table');
  return at < 0 ? undefined : at;
}

const newActivityPlugin: Plugin = plugin('new_activity_metrics', (call, columns) => {
  const period = windowed(call, 2, 3, 4);
  const lookback = lookbackIds(call);
  const rest = call.args.map((_, i) => i).filter((i) => i > 4 && i !== lookback);
  const cohortAt = rest.find((i) => isConstantPoint(call, i));
  const cohort = cohortAt === undefined ? undefined : requiredPoint(call, cohortAt);
  const dimensions = rest.filter((i) => i !== cohortAt);
  const exprs = [0, 1, ...dimensions].map((i) => call.expr(i));
  const type: KqlType = exprs[1]?.type ?? 'datetime';
  const inputs = [onlyExpressions(call.input, exprs)];
  const names = [call.columnName(0), call.columnName(1)];
  const lookbackNode = lookback === undefined ? undefined : call.args[lookback];
  if (lookbackNode) {
    const before = call.context.tabular(lookbackNode);
    inputs.push(before);
    for (const name of names)
      if (!before.columns.some((c) => c.name === name))
        lookbackNode.fail(
          'semantic',
          'column_needed',
          `The lookback table needs the column ${name}.`,
        );
  }
  const idPlace = inputs[1]?.columns.findIndex((c) => c.name === names[0]) ?? 0;
  return tableStep('new_activity_metrics', inputs, columns, ([rows, before]) => {
    const known = new Set((before ?? []).map((row) => keyOf([row[idPlace] ?? null])));
    const out: Row[] = [];
    const groups = grouped(
      rows ?? [],
      dimensions.map((_, i) => i + 2),
    );
    for (const { key, rows: members } of groups.values())
      for (const row of newActivity(eventsOf(members), period, cohort, known))
        out.push([
          ...row.slice(0, 2).map((p) => pointValue(p as bigint, type)),
          ...key,
          ...row.slice(2),
        ]);
    return out;
  });
});

/** A cohort is a constant on the time line; a dimension is a column. */
function isConstantPoint(call: PluginCall, index: number): boolean {
  let ofRow = false;
  walkExpr(call.expr(index), (e) => {
    if (e.k === 'column') ofRow = true;
  });
  return !ofRow;
}

/** Without start and end the analysis covers the days of the data. */
const WHOLE: Period = { start: 0n, end: 0n, step: 864_000_000_000n };

function spanning(events: readonly Event[], like: Pick<Period, 'step' | 'calendar'>): Period {
  const first = events[0]?.at ?? 0n;
  const last = events.at(-1)?.at ?? 0n;
  return { ...like, start: like.calendar ? first : floorTo(first, like.step), end: last };
}

export const timelinePlugins: readonly Plugin[] = [
  plugin('activity_counts_metrics', (call, columns) => {
    const period = windowed(call, 2, 3, 4);
    return overDimensions('activity_counts_metrics', call, columns, 5, 1, (e) =>
      countsMetrics(e, period),
    );
  }),
  plugin('activity_metrics', (call, columns) => {
    if (call.args.length < 5) {
      const step = call.args.length > 2 ? windowed(call, 2, 2, 2) : WHOLE;
      return overDimensions('activity_metrics', call, columns, 3, 1, (e) =>
        metrics(e, spanning(e, step)),
      );
    }
    const period = windowed(call, 2, 3, 4);
    return overDimensions('activity_metrics', call, columns, 5, 1, (e) => metrics(e, period));
  }),
  plugin('activity_engagement', (call, columns) => {
    const short = call.args.length < 6;
    const inner = requiredPoint(call, short ? 2 : 4);
    const outer = requiredPoint(call, short ? 3 : 5);
    const fixed = short ? undefined : periodOf(call, 2, 3, 4);
    return overDimensions('activity_engagement', call, columns, short ? 4 : 6, 1, (e) =>
      engagement(e, fixed ?? spanning(e, { step: inner }), outer),
    );
  }),
  plugin('sliding_window_counts', (call, columns) => {
    const period = periodOf(call, 2, 3, 5);
    const lookback = requiredPoint(call, 4);
    return overDimensions('sliding_window_counts', call, columns, 6, 1, (e) =>
      slidingCounts(e, period, lookback),
    );
  }),
  plugin('session_count', (call, columns) => {
    const period = periodOf(call, 2, 3, 4);
    const lookback = requiredPoint(call, 5);
    return overDimensions('session_count', call, columns, 6, 1, (e) =>
      sessions(e, period, lookback),
    );
  }),
  plugin('active_users_count', (call, columns) => {
    const range = periodOf(call, 2, 3, 7);
    const [lookback, period, enough] = [
      requiredPoint(call, 4),
      requiredPoint(call, 5),
      requiredPoint(call, 6),
    ];
    return overDimensions('active_users_count', call, columns, 8, 1, (e) =>
      activeUsers(e, range, lookback, period, Number(enough)),
    );
  }),
  newActivityPlugin,
];
