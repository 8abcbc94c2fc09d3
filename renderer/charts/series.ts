import type { ChartData } from './chart-types.ts';

/** One line, area or set of bars. */
export interface Series {
  readonly name: string;
  /** Which measure it belongs to. */
  readonly measure: number;
  readonly x: Float64Array | readonly string[];
  readonly y: Float64Array;
  /** Rows of the data that its points come from. */
  readonly rows: Int32Array;
}

/** Series that are drawn at most; beyond it nobody can tell them apart, and pages stall. */
export const MAX_SERIES = 200;

function seriesName(group: string, measure: string, data: ChartData): string {
  if (data.series.length === 0) return measure;
  return data.measures.length > 1 ? `${group}: ${measure}` : group;
}

/** Groups the rows by the combined values of the series columns; one series per group and measure. */
export function seriesOf(
  data: ChartData,
  options: { sortByX?: boolean; accumulate?: boolean } = {},
): { series: readonly Series[]; leftOut: number } {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < data.length; row++) {
    const key = data.series.map((s) => s.values[row] ?? '').join(', ');
    const rows = groups.get(key);
    if (rows) rows.push(row);
    else groups.set(key, [row]);
  }
  const all: Series[] = [];
  let leftOut = 0;
  for (const [group, rows] of groups) {
    const { x } = data;
    if (options.sortByX && x instanceof Float64Array) sortRows(rows, x);
    const at = Int32Array.from(rows);
    const xs =
      x instanceof Float64Array
        ? Float64Array.from(at, (i) => x[i] ?? Number.NaN)
        : rows.map((i) => x[i] ?? '');
    data.measures.forEach((measure, i) => {
      if (all.length >= MAX_SERIES) {
        leftOut++;
        return;
      }
      const y = Float64Array.from(at, (row) => measure.values[row] ?? Number.NaN);
      if (options.accumulate) runningTotal(y);
      all.push({ name: seriesName(group, measure.name, data), measure: i, x: xs, y, rows: at });
    });
  }
  return { series: all, leftOut };
}

/** Most results come sorted; then nothing is moved. */
function sortRows(rows: number[], x: Float64Array): void {
  for (let i = 1; i < rows.length; i++)
    if ((x[rows[i] ?? 0] ?? 0) < (x[rows[i - 1] ?? 0] ?? 0)) {
      rows.sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
      return;
    }
}

function runningTotal(y: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const value = y[i] ?? Number.NaN;
    if (!Number.isNaN(value)) sum += value;
    y[i] = sum;
  }
}
