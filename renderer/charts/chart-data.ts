import type { CellValue, ResultBatch } from '../../common/arrow/result-batch.ts';
import { formatCell } from '../../common/text/format-value.ts';
import type { KqlType } from '../../common/types/kql-type.ts';
import { UNIX_EPOCH_TICKS, unixMillisOfTicks } from '../../common/types/ticks.ts';
import type { ChartData, ChartRoles, Measure, XKind } from './chart-types.ts';
import { arrayOf } from './roles.ts';

/** Points of expanded series that are drawn at most; more are said to be left out. */
export const MAX_EXPANDED = 500_000;

function kindOf(type: KqlType): XKind {
  if (type === 'datetime') return 'time';
  if (
    type === 'int' ||
    type === 'long' ||
    type === 'real' ||
    type === 'decimal' ||
    type === 'timespan'
  )
    return 'number';
  return 'category';
}

/** A number for a cell: milliseconds since 1970 for a datetime, seconds for a timespan, NaN for nothing. */
function numberOf(cell: CellValue, type: KqlType): number {
  if (cell === null || cell === '') return Number.NaN;
  if (typeof cell === 'bigint') {
    if (type === 'datetime') return unixMillisOfTicks(cell);
    return type === 'timespan' ? Number(cell) / 1e7 : Number(cell);
  }
  return typeof cell === 'boolean' ? Number(cell) : Number(cell);
}

function numbers(batch: ResultBatch, column: number): Float64Array {
  const type = batch.columns[column]?.type ?? 'real';
  const out = new Float64Array(batch.rowCount);
  const vector = batch.vector(column);
  // Plain arrays are read whole; a lookup per cell is some ten times slower.
  if (vector && vector.nullCount === 0) {
    const values: unknown = vector.toArray();
    if (values instanceof Float64Array || values instanceof Int32Array) {
      out.set(values);
      return out;
    }
    if (values instanceof BigInt64Array && type !== 'decimal') {
      for (let i = 0; i < out.length; i++) {
        const value = values[i] ?? 0n;
        if (type === 'datetime') {
          // Rounded down to the millisecond, as unixMillisOfTicks does.
          const ticks = value - UNIX_EPOCH_TICKS;
          out[i] = ticks >= 0n ? Number(ticks / 10_000n) : unixMillisOfTicks(value);
        } else out[i] = type === 'timespan' ? Number(value) / 1e7 : Number(value);
      }
      return out;
    }
  }
  for (let i = 0; i < out.length; i++) out[i] = numberOf(batch.cell(i, column), type);
  return out;
}

function texts(batch: ResultBatch, column: number): string[] {
  const type = batch.columns[column]?.type ?? 'string';
  return Array.from({ length: batch.rowCount }, (_, i) => {
    const { text, kind } = formatCell(batch.cell(i, column), type);
    return kind === 'empty' ? '(empty)' : text;
  });
}

const placeOf = (batch: ResultBatch, name: string): number =>
  batch.columns.findIndex((c) => c.name === name);

/** The columns of a batch in their parts. With a dynamic x every array becomes one row per element. */
export function chartDataOf(batch: ResultBatch, roles: ChartRoles): ChartData {
  const x = placeOf(batch, roles.x);
  const type = batch.columns[x]?.type ?? 'string';
  if (type === 'dynamic') return expandSeries(batch, roles, x);
  const measure = (name: string): Measure => ({
    name,
    values: numbers(batch, placeOf(batch, name)),
  });
  const xKind = kindOf(type);
  return {
    xName: roles.x,
    xKind,
    x: xKind === 'category' ? texts(batch, x) : numbers(batch, x),
    measures: roles.ys.map(measure),
    anomalies: roles.anomalies.map(measure),
    series: roles.series.map((name) => ({ name, values: texts(batch, placeOf(batch, name)) })),
    length: batch.rowCount,
  };
}

function elementNumber(value: unknown): number {
  if (value === null || value === undefined) return Number.NaN;
  if (typeof value === 'string') {
    const time = Date.parse(value);
    return Number.isNaN(time) ? Number(value) : time;
  }
  return Number(value);
}

/** Series arrays, as make-series returns them (page "render operator", "How to render continuous data"). */
function expandSeries(batch: ResultBatch, roles: ChartRoles, xPlace: number): ChartData {
  const x: number[] = [];
  const labels: string[] = [];
  const names = [...roles.ys, ...roles.anomalies];
  const places = names.map((name) => placeOf(batch, name));
  const columns: number[][] = names.map(() => []);
  const seriesPlaces = roles.series.map((name) => placeOf(batch, name));
  const series: string[][] = roles.series.map(() => []);
  let category = false;
  for (let row = 0; row < batch.rowCount && labels.length < MAX_EXPANDED; row++) {
    const xs = arrayOf(batch.cell(row, xPlace)) ?? [];
    const arrays = places.map((place) => arrayOf(batch.cell(row, place)));
    const rowNames = seriesPlaces.map((place) => {
      const cell = formatCell(batch.cell(row, place), batch.columns[place]?.type ?? 'string');
      return cell.kind === 'empty' ? '(empty)' : cell.text;
    });
    xs.forEach((item, i) => {
      if (labels.length >= MAX_EXPANDED) return;
      const number = elementNumber(item);
      if (Number.isNaN(number) && item !== null) category = true;
      x.push(number);
      labels.push(String(item));
      for (const [k, array] of arrays.entries()) columns[k]?.push(elementNumber(array?.[i]));
      for (const [k, name] of rowNames.entries()) series[k]?.push(name);
    });
  }
  const first = arrayOf(batch.cell(0, xPlace))?.[0];
  const measures = names.map((name, k) => ({ name, values: Float64Array.from(columns[k] ?? []) }));
  return {
    xName: roles.x,
    xKind: category ? 'category' : typeof first === 'string' ? 'time' : 'number',
    x: category ? labels : Float64Array.from(x),
    measures: measures.slice(0, roles.ys.length),
    anomalies: measures.slice(roles.ys.length),
    series: roles.series.map((name, k) => ({ name, values: series[k] ?? [] })),
    length: labels.length,
  };
}
