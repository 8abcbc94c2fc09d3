import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import { parseTimespan } from '../../../common/types/time-text.ts';
import type { Dynamic, Value } from '../functions/define.ts';
import { isArray } from '../functions/value/dynamic.ts';
import { textOf } from '../functions/value/text.ts';
import type { Plan, Row } from '../plan/plan.ts';
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

export interface StateEvent {
  readonly at: bigint;
  readonly state: string;
}

function statesOf(call: PluginCall, index: number): string[] {
  const value = constantValue(call, index);
  const list = isArray(value ?? null) ? (value as readonly Dynamic[]) : undefined;
  return list
    ? list.map((v) => textOf(v, 'dynamic'))
    : (call.args[index] ?? call.node).fail(
        'semantic',
        'constant_needed',
        'A constant array is needed here.',
      );
}

/** Timespans inside a dynamic array are their text; lengths of a line of numbers are numbers. */
function lengthsOf(call: PluginCall, index: number): bigint[] {
  const value = constantValue(call, index);
  const list = isArray(value ?? null) ? (value as readonly Dynamic[]) : [];
  return list.flatMap((item) => {
    const length = typeof item === 'string' ? parseTimespan(item) : pointOf(item);
    return length === undefined ? [] : [length];
  });
}

/** How many of the sequence's states follow a first one in order, all of them within `span` of it. */
export function stepsReached(
  events: readonly StateEvent[],
  from: number,
  sequence: readonly string[],
  span: bigint,
): number {
  const start = events[from]?.at ?? 0n;
  let reached = 1;
  for (let i = from + 1; i < events.length && reached < sequence.length; i++) {
    const event = events[i];
    if (!event || event.at - start > span) break;
    if (event.state === sequence[reached]) reached++;
  }
  return reached;
}

/** Rows of (id, time, state) as each id's states in time order. */
function byId(
  rows: readonly Row[],
  type: KqlType,
  start: bigint,
  end: bigint,
): { id: Value; events: StateEvent[] }[] {
  return [...grouped(rows, [0]).values()].map(({ key, rows: members }) => ({
    id: key[0] ?? null,
    events: members
      .flatMap((row) => {
        const at = pointOf(row[1]);
        return at === undefined || at < start || at > end
          ? []
          : [{ at, state: textOf(row[2] ?? null, type) }];
      })
      .sort((a, b) => byPoint(a.at, b.at)),
  }));
}

const completion: Plugin = plugin('funnel_sequence_completion', (call, columns) => {
  const [start, end, step] = [
    requiredPoint(call, 2),
    requiredPoint(call, 3),
    requiredPoint(call, 4),
  ];
  const exprs = [call.expr(0), call.expr(1), call.expr(5)];
  const sequence = statesOf(call, 6);
  const lengths = lengthsOf(call, 7);
  const [timeType, stateType] = [exprs[1]?.type ?? 'datetime', exprs[2]?.type ?? 'string'];
  const lengthType = columns[2]?.type ?? 'timespan';
  return tableStep(
    'funnel_sequence_completion',
    [onlyExpressions(call.input, exprs)],
    columns,
    ([rows]) => {
      /** Ids by bin, period and state. */
      const reached = new Map<
        string,
        { bin: bigint; length: bigint; state: number; ids: Set<string> }
      >();
      for (const { id, events } of byId(rows ?? [], stateType, start, end)) {
        events.forEach((event, i) => {
          if (event.state !== sequence[0]) return;
          const bin = start + floorTo(event.at - start, step);
          for (const length of lengths) {
            const n = stepsReached(events, i, sequence, length);
            for (let state = 0; state < n; state++) {
              const name = `${bin}|${length}|${state}`;
              const entry = reached.get(name) ?? { bin, length, state, ids: new Set<string>() };
              entry.ids.add(keyOf([id]));
              reached.set(name, entry);
            }
          }
        });
      }
      return [...reached.values()]
        .sort((a, b) => byPoint(a.bin, b.bin) || byPoint(a.length, b.length) || a.state - b.state)
        .map(
          ({ bin, length, state, ids }): Row => [
            pointValue(bin, timeType),
            sequence[state] ?? '',
            pointValue(length, lengthType),
            BigInt(ids.size),
          ],
        );
    },
  );
});

/** The most ids that a row of funnel_sequence names. */
const MOST_SAMPLES = 128;

/** What stands right before and right behind each run of the sequence. */
export function surroundings(
  events: readonly StateEvent[],
  sequence: readonly string[],
  window: bigint,
): { at: bigint; before: string; after: string }[] {
  const out: { at: bigint; before: string; after: string }[] = [];
  for (let i = 0; i + sequence.length <= events.length; i++) {
    const fits = sequence.every((state, k) => {
      const event = events[i + k];
      const previous = events[i + k - 1];
      return (
        event?.state === state &&
        (k === 0 || (previous !== undefined && event.at - previous.at <= window))
      );
    });
    const first = events[i];
    const last = events[i + sequence.length - 1];
    if (!fits || !first || !last) continue;
    const before = events[i - 1];
    const after = events[i + sequence.length];
    out.push({
      at: first.at,
      before: before && first.at - before.at <= window ? before.state : '',
      after: after && after.at - last.at <= window ? after.state : '',
    });
  }
  return out;
}

/** Which neighbours of the sequence a table of funnel_sequence tells apart. */
interface FunnelTable {
  readonly before: boolean;
  readonly after: boolean;
}

function funnelTable(call: PluginCall, columns: readonly Column[], table: FunnelTable): Plan {
  const [start, end] = [requiredPoint(call, 2), requiredPoint(call, 3)];
  const [window, step] = [requiredPoint(call, 4), requiredPoint(call, 5)];
  const exprs = [call.expr(0), call.expr(1), call.expr(6)];
  const sequence = statesOf(call, 7);
  const [timeType, stateType] = [exprs[1]?.type ?? 'datetime', exprs[2]?.type ?? 'string'];
  return tableStep('funnel_sequence', [onlyExpressions(call.input, exprs)], columns, ([rows]) => {
    const found = new Map<
      string,
      { bin: bigint; before: string; after: string; ids: Map<string, Value> }
    >();
    for (const { id, events } of byId(rows ?? [], stateType, start, end))
      for (const { at, before, after } of surroundings(events, sequence, window)) {
        const bin = start + floorTo(at - start, step);
        const [prev, next] = [table.before ? before : '', table.after ? after : ''];
        const name = keyOf([bin, prev, next]);
        const entry = found.get(name) ?? {
          bin,
          before: prev,
          after: next,
          ids: new Map<string, Value>(),
        };
        entry.ids.set(keyOf([id]), id);
        found.set(name, entry);
      }
    return [...found.values()]
      .sort((a, b) => byPoint(a.bin, b.bin) || b.ids.size - a.ids.size)
      .map(
        ({ bin, before, after, ids }): Row => [
          pointValue(bin, timeType),
          ...(table.before ? [before] : []),
          ...(table.after ? [after] : []),
          BigInt(ids.size),
          [...ids.values()].slice(0, MOST_SAMPLES),
        ],
      );
  });
}

/** What came before and after a sequence, then each of the two alone (page "funnel_sequence plugin"). */
const funnel: Plugin = {
  ...plugin('funnel_sequence', (call, columns) =>
    funnelTable(call, columns, { before: true, after: true }),
  ),
  tables: (call) => {
    const time = { name: call.columnName(1), type: call.expr(1).type };
    const counted: readonly Column[] = [
      { name: 'dcount', type: 'long' },
      { name: 'samples', type: 'dynamic' },
    ];
    const state = (name: string): Column => ({ name, type: 'string' });
    return [
      { before: true, after: true },
      { before: true, after: false },
      { before: false, after: true },
    ].map((table) => ({
      name: undefined,
      plan: funnelTable(
        call,
        [
          time,
          ...(table.before ? [state('prev')] : []),
          ...(table.after ? [state('next')] : []),
          ...counted,
        ],
        table,
      ),
    }));
  },
};

/**
 * Each occurrence of the steps in time order, with no more than the step window between neighbours and the span
 * between first and last (page "sequence_detect plugin").
 */
export function occurrences(
  events: readonly { readonly at: bigint; readonly holds: readonly boolean[] }[],
  steps: number,
  window: bigint,
  span: bigint,
): bigint[][] {
  const out: bigint[][] = [];
  events.forEach((first, i) => {
    if (first.holds[0] !== true) return;
    const times = [first.at];
    let last = first.at;
    for (let k = i + 1; k < events.length && times.length < steps; k++) {
      const event = events[k];
      if (!event || event.at - last > window || event.at - first.at > span) break;
      if (event.holds[times.length] !== true) continue;
      last = event.at;
      times.push(last);
    }
    if (times.length === steps) out.push(times);
  });
  return out;
}

const detect: Plugin = plugin('sequence_detect', (call, columns) => {
  const [window, span] = [requiredPoint(call, 1), requiredPoint(call, 2)];
  const bound = call.args.slice(3).map((arg, i) => {
    const inner = arg.type === 'SimpleNamedExpression' ? arg.child('Expression') : arg;
    return { index: i + 3, expr: call.context.expr(inner, call.input) };
  });
  const firstDimension = bound.findIndex(({ expr }) => expr.type !== 'bool');
  const cut = firstDimension < 0 ? bound.length : firstDimension;
  const conditions = bound.slice(0, cut).map((b) => b.expr);
  const dimensions = bound.slice(cut).map((b) => b.expr);
  const time = call.expr(0);
  const exprs = [time, ...conditions, ...dimensions];
  return tableStep('sequence_detect', [onlyExpressions(call.input, exprs)], columns, ([rows]) => {
    const places = dimensions.map((_, i) => 1 + conditions.length + i);
    const out: Row[] = [];
    for (const { key, rows: members } of grouped(rows ?? [], places).values()) {
      const events = members
        .flatMap((row) => {
          const at = pointOf(row[0]);
          return at === undefined
            ? []
            : [{ at, holds: conditions.map((_, i) => row[i + 1] === true) }];
        })
        .sort((a, b) => byPoint(a.at, b.at));
      for (const times of occurrences(events, conditions.length, window, span)) {
        const duration = (times.at(-1) ?? 0n) - (times[0] ?? 0n);
        out.push([
          ...key,
          ...times.map((t) => pointValue(t, time.type)),
          pointValue(duration, columns.at(-1)?.type ?? 'timespan'),
        ]);
      }
    }
    return out;
  });
});

/** Nearest rank over the last bins of the index (page "rolling_percentile plugin"). */
const rolling: Plugin = plugin('rolling_percentile', (call, columns) => {
  const percent = Number(constantValue(call, 1) ?? 50);
  const [size, window] = [requiredPoint(call, 3), requiredPoint(call, 4)];
  const dimensions = call.args.slice(5).map((_, i) => call.expr(i + 5));
  const [value, index] = [call.expr(0), call.expr(2)];
  return tableStep(
    'rolling_percentile',
    [onlyExpressions(call.input, [value, index, ...dimensions])],
    columns,
    ([rows]) => {
      const places = dimensions.map((_, i) => i + 2);
      return [...grouped(rows ?? [], places).values()].flatMap(({ key, rows: members }) => {
        const binned = new Map<bigint, (number | bigint)[]>();
        for (const row of members) {
          const at = pointOf(row[1]);
          const v = row[0];
          if (at === undefined || (typeof v !== 'number' && typeof v !== 'bigint')) continue;
          const bin = floorTo(at, size);
          const list = binned.get(bin);
          if (list) list.push(v);
          else binned.set(bin, [v]);
        }
        return [...binned.keys()].sort(byPoint).map((bin): Row => {
          const values: (number | bigint)[] = [];
          for (let k = 0n; k < window; k++) values.push(...(binned.get(bin - k * size) ?? []));
          values.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
          const rank = Math.max(1, Math.ceil((percent / 100) * values.length));
          return [pointValue(bin, index.type), ...key, values[rank - 1] ?? null];
        });
      });
    },
  );
});

export const sequencePlugins: readonly Plugin[] = [completion, funnel, detect, rolling];
