import type { Column } from '../../../common/types/kql-type.ts';
import type { Value } from '../functions/define.ts';
import { textOf } from '../functions/value/text.ts';
import { column, type Expr, type Plan, type Row } from '../plan/plan.ts';
import type { Plugin, PluginCall } from './define.ts';
import { constantValue, keyOf, numberValue, plugin, tableStep } from './rows.ts';

/** One value of one column. */
interface Item {
  readonly column: number;
  readonly value: Value;
  /** Distinct rows that hold it, ascending. */
  readonly rows: readonly number[];
}

/** Values that some rows have in common. */
export interface Pattern {
  readonly items: readonly { readonly column: number; readonly value: Value }[];
  readonly rows: readonly number[];
}

const MOST_PATTERNS = 20_000;

/** The distinct rows of the input with the number (or weight) of each, which SQL finds faster than a step. */
function distinctRows(
  call: PluginCall,
  weightIndex: number,
): { plan: Plan; width: number; weightName: string | undefined } {
  const weightNode = call.args[weightIndex];
  const weight =
    weightNode && weightNode.type !== 'LiteralExpression' ? call.expr(weightIndex) : undefined;
  const weightName = weight?.k === 'column' ? weight.name : undefined;
  const kept = call.input.columns.filter((c) => c.name !== weightName);
  const span = call.node.span;
  const total: Expr = weight
    ? { k: 'aggregate', name: 'sum', args: [weight], type: 'long', span }
    : { k: 'aggregate', name: 'count', args: [], type: 'long', span };
  return {
    width: kept.length,
    weightName,
    plan: {
      op: 'aggregate',
      input: call.input,
      keys: kept.map((c) => column(c.name, c.type)),
      aggregates: [total],
      columns: [...kept, { name: '$weight', type: 'long' }],
    },
  };
}

function intersect(a: readonly number[], b: readonly number[]): number[] {
  const out: number[] = [];
  let j = 0;
  for (const row of a) {
    while (j < b.length && (b[j] ?? 0) < row) j++;
    if (b[j] === row) out.push(row);
  }
  return out;
}

/**
 * Frequent patterns by depth-first search over the columns, without those that a longer pattern of the same rows
 * says better.
 */
export function frequentPatterns(
  rows: readonly Row[],
  columns: readonly number[],
  measure: (rows: readonly number[]) => number,
  least: number,
  dimensions: number,
): Pattern[] {
  const items = new Map<string, { column: number; value: Value; rows: number[] }>();
  rows.forEach((row, i) => {
    for (const c of columns) {
      const name = `${c}|${keyOf([row[c] ?? null])}`;
      const item = items.get(name);
      if (item) item.rows.push(i);
      else items.set(name, { column: c, value: row[c] ?? null, rows: [i] });
    }
  });
  const frequent: Item[] = [...items.values()].filter((item) => measure(item.rows) >= least);
  const found: Pattern[] = [];
  const extend = (pattern: Pattern, from: number): void => {
    for (let i = from; i < frequent.length && found.length < MOST_PATTERNS; i++) {
      const item = frequent[i];
      if (!item || pattern.items.some((p) => p.column === item.column)) continue;
      const common = pattern.items.length === 0 ? item.rows : intersect(pattern.rows, item.rows);
      if (measure(common) < least) continue;
      const longer: Pattern = {
        items: [...pattern.items, { column: item.column, value: item.value }],
        rows: common,
      };
      found.push(longer);
      if (longer.items.length < dimensions) extend(longer, i + 1);
    }
  };
  extend({ items: [], rows: [] }, 0);
  return closed(found);
}

/** Of patterns with the same rows the longest. */
function closed(patterns: readonly Pattern[]): Pattern[] {
  const byRows = new Map<string, Pattern>();
  for (const pattern of patterns) {
    const name = pattern.rows.join();
    const known = byRows.get(name);
    if (!known || known.items.length < pattern.items.length) byRows.set(name, pattern);
  }
  return [...byRows.values()];
}

interface Layout {
  readonly columns: readonly Column[];
  /** Columns of the distinct rows by the output's names. */
  readonly places: readonly number[];
  readonly wildcards: readonly Value[];
}

/** How a pattern is written: its values, and wildcards in the other columns. */
function layoutOf(
  call: PluginCall,
  columns: readonly Column[],
  kept: readonly Column[],
  firstWildcard: number,
): Layout {
  const custom = call.args
    .slice(firstWildcard)
    .flatMap((_, i): { type: string; value: Value }[] => {
      const value = constantValue(call, firstWildcard + i);
      const type = call.constant(firstWildcard + i)?.type ?? '';
      return value === undefined ? [] : [{ type, value }];
    });
  return {
    columns,
    places: columns.map((c) => kept.findIndex((k) => k.name === c.name)),
    wildcards: columns.map(
      (c) => custom.find((w) => w.type === c.type)?.value ?? (c.type === 'string' ? '' : null),
    ),
  };
}

function written(pattern: Pattern, layout: Layout, from: number): Value[] {
  return layout.columns.slice(from).map((_, i) => {
    const place = layout.places[from + i];
    const item = pattern.items.find((p) => p.column === place);
    return item ? item.value : (layout.wildcards[from + i] ?? null);
  });
}

const usable = (kept: readonly Column[]): number[] =>
  kept.flatMap((c, i) =>
    c.type === 'dynamic' || c.type === 'real' || c.type === 'datetime' ? [] : [i],
  );

type Weigh = (rows: readonly number[]) => number;

const weigher =
  (weights: readonly number[]): Weigh =>
  (rows) => {
    let sum = 0;
    for (const row of rows) sum += weights[row] ?? 0;
    return sum;
  };

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (part / whole) * 100);

function basketRows(
  rows: readonly Row[],
  width: number,
  kept: readonly Column[],
  threshold: number,
  dimensions: number,
  layout: Layout,
): Row[] {
  const weights = rows.map((row) => Number(row[width] ?? 0));
  const weigh = weigher(weights);
  const total = weights.reduce((a, b) => a + b, 0);
  const found = frequentPatterns(rows, usable(kept), weigh, total * threshold, dimensions);
  return found
    .map((pattern) => ({ pattern, count: weigh(pattern.rows) }))
    .sort((a, b) => b.count - a.count || b.pattern.items.length - a.pattern.items.length)
    .map(
      ({ pattern, count }, i): Row => [
        BigInt(i),
        BigInt(count),
        percent(count, total),
        ...written(pattern, layout, 3),
      ],
    );
}

const basket: Plugin = plugin('basket', (call, columns) => {
  const threshold = numberValue(call, 0, 0.05);
  const { plan, width } = distinctRows(call, 1);
  const dimensions = numberValue(call, 2, 5);
  const kept = plan.columns.slice(0, width);
  const layout = layoutOf(call, columns, kept, 3);
  return tableStep('basket', [plan], columns, ([rows]) =>
    basketRows(rows ?? [], width, kept, threshold, dimensions, layout),
  );
});

/** Patterns below this share of the rows are not worth telling. */
const SMALLEST_CLUSTER = 0.02;
const MOST_CLUSTERS = 10;

/**
 * Few patterns that together say much: the best by the weighted geometric mean of coverage and of the share of fixed
 * columns (page "autocluster plugin"), then the best over what that leaves.
 */
export function clusters(
  patterns: readonly Pattern[],
  weigh: Weigh,
  total: number,
  columns: number,
  sizeWeight: number,
): Pattern[] {
  const chosen: Pattern[] = [];
  const covered = new Set<number>();
  while (chosen.length < MOST_CLUSTERS) {
    let best: Pattern | undefined;
    let bestScore = 0;
    for (const pattern of patterns) {
      const fresh = weigh(pattern.rows.filter((row) => !covered.has(row))) / total;
      if (fresh < SMALLEST_CLUSTER) continue;
      const score = fresh ** sizeWeight * (pattern.items.length / columns) ** (1 - sizeWeight);
      if (score > bestScore) [best, bestScore] = [pattern, score];
    }
    if (!best) break;
    chosen.push(best);
    for (const row of best.rows) covered.add(row);
  }
  return chosen;
}

const autocluster: Plugin = plugin('autocluster', (call, columns) => {
  const sizeWeight = numberValue(call, 0, 0.5);
  const { plan, width } = distinctRows(call, 1);
  const kept = plan.columns.slice(0, width);
  const layout = layoutOf(call, columns, kept, 3);
  return tableStep('autocluster', [plan], columns, ([rows]) => {
    const all = rows ?? [];
    const weights = all.map((row) => Number(row[width] ?? 0));
    const weigh = weigher(weights);
    const total = weights.reduce((a, b) => a + b, 0);
    const fields = usable(kept);
    const found = frequentPatterns(all, fields, weigh, total * SMALLEST_CLUSTER, fields.length);
    return clusters(found, weigh, total, fields.length, sizeWeight).map((pattern, i): Row => {
      const count = weigh(pattern.rows);
      return [BigInt(i), BigInt(count), percent(count, total), ...written(pattern, layout, 3)];
    });
  });
});

/** Patterns whose shares of two sets of rows differ, the most telling first (page "diffpatterns plugin"). */
const diffpatterns: Plugin = plugin('diffpatterns', (call, columns) => {
  const split = call.columnName(0);
  const values = [constantValue(call, 1), constantValue(call, 2)].map(String);
  const { plan, width } = distinctRows(call, 3);
  const threshold = numberValue(call, 4, 0.05);
  const dimensions = numberValue(call, 5, 5);
  const kept = plan.columns.slice(0, width);
  const splitAt = kept.findIndex((c) => c.name === split);
  const layout = layoutOf(call, columns, kept, 6);
  return tableStep('diffpatterns', [plan], columns, ([rows]) => {
    const type = kept[splitAt]?.type ?? 'string';
    const all = (rows ?? []).filter((row) => values.includes(textOf(row[splitAt] ?? null, type)));
    const weightsOf = (value: string | undefined): number[] =>
      all.map((row) =>
        textOf(row[splitAt] ?? null, type) === value ? Number(row[width] ?? 0) : 0,
      );
    const [a, b] = [weigher(weightsOf(values[0])), weigher(weightsOf(values[1]))];
    const everything = all.map((_, i) => i);
    const [totalA, totalB] = [a(everything) || 1, b(everything) || 1];
    const measure: Weigh = (r) => Math.max(a(r) / totalA, b(r) / totalB);
    const fields = usable(kept).filter((c) => c !== splitAt);
    return frequentPatterns(all, fields, measure, threshold, dimensions)
      .map((pattern) => {
        const [countA, countB] = [a(pattern.rows), b(pattern.rows)];
        const [shareA, shareB] = [percent(countA, totalA), percent(countB, totalB)];
        return { pattern, countA, countB, shareA, shareB, difference: Math.abs(shareA - shareB) };
      })
      .filter((p) => p.difference >= threshold * 100)
      .sort(
        (x, y) => y.difference - x.difference || y.pattern.items.length - x.pattern.items.length,
      )
      .map(
        (p, i): Row => [
          BigInt(i),
          BigInt(p.countA),
          BigInt(p.countB),
          p.shareA,
          p.shareB,
          p.difference,
          ...written(p.pattern, layout, 6),
        ],
      );
  });
});

export const patternPlugins: readonly Plugin[] = [autocluster, basket, diffpatterns];
