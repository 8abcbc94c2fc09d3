import type { Data, Layout } from 'plotly.js';
import { baseLayout, escapeMarkup } from '../base-layout.ts';
import type { ChartData, ChartOptions, Figure } from '../chart-types.ts';
import { colorAt } from '../theme.ts';
import { currentOutline } from './outline.ts';

/** Groups beyond it can't be told apart by colour. */
const MAX_GROUPS = 50;
/** From so many points on WebGL draws faster. */
const GL_POINTS = 5_000;
const SMALLEST_SPAN = 1.5;
const LARGEST_BUBBLE = 30;
const POINT = 7;

/** Points or bubbles over coasts and borders that ship with the program: no tiles, no network. */
export function build(data: ChartData, options: ChartOptions): Figure {
  const { theme, properties } = options;
  const x = data.x instanceof Float64Array ? data.x : new Float64Array();
  const y = data.measures[0]?.values ?? new Float64Array();
  const size = data.measures[1];
  const label = (row: number): string =>
    data.series.map((s) => s.values[row] ?? '').join(', ') || 'Places';
  const groups = new Map<string, number[]>();
  let drawn = 0;
  let largest = 0;
  for (let row = 0; row < data.length; row++) {
    const at = [x[row] ?? Number.NaN, y[row] ?? Number.NaN] as const;
    if (!(Math.abs(at[0]) <= 180 && Math.abs(at[1]) <= 90)) continue;
    drawn++;
    largest = Math.max(largest, size?.values[row] ?? 0);
    const name = label(row);
    const rows = groups.get(name);
    if (rows) rows.push(row);
    else groups.set(name, [row]);
  }
  const tooMany = groups.size > MAX_GROUPS;
  const named: [string, number[]][] = tooMany
    ? [['Places', [...groups.values()].flat()]]
    : [...groups];
  const area = (row: number): number =>
    size && largest > 0
      ? Math.max(3, Math.sqrt(Math.max(0, size.values[row] ?? 0) / largest) * LARGEST_BUBBLE)
      : POINT;
  const traces = named.map(([name, rows], i) => ({
    type: drawn > GL_POINTS ? 'scattergl' : 'scatter',
    mode: 'markers',
    name: escapeMarkup(name),
    visible: !options.hidden.has(name),
    x: rows.map((row) => x[row]),
    y: rows.map((row) => y[row]),
    marker: {
      color: colorAt(theme, i),
      size: rows.map(area),
      opacity: 0.75,
      line: { color: theme.background, width: 0.5 },
    },
    text: rows.map((row) => {
      const value = size?.values[row];
      const figure =
        value === undefined
          ? ''
          : `<br>${escapeMarkup(size?.name ?? '')}: ${value.toLocaleString('en-US')}`;
      return `${escapeMarkup(label(row))}${figure}`;
    }),
    hovertemplate: '%{text}<br>%{y:.4f}°, %{x:.4f}°<extra></extra>',
  }));
  const { longitudes, latitudes } = currentOutline();
  const world = {
    type: 'scatter',
    mode: 'lines',
    x: longitudes,
    y: latitudes,
    hoverinfo: 'skip',
    showlegend: false,
    connectgaps: false,
    line: { color: theme.quiet, width: 0.7 },
    opacity: 0.55,
  };
  const notes: string[] = [];
  if (tooMany)
    notes.push(`Too many values of ${data.series.map((s) => s.name).join(' and ')} to colour by.`);
  if (drawn < data.length)
    notes.push(`${(data.length - drawn).toLocaleString('en-US')} rows have no place on a map.`);
  return {
    traces: [world, ...traces] as unknown as Data[],
    layout: {
      ...baseLayout(options),
      ...axes(
        named.flatMap(([, rows]) => rows),
        x,
        y,
        options,
      ),
      margin: { l: 34, r: 10, t: properties.title ? 44 : 10, b: 26, pad: 0 },
      hovermode: 'closest',
      dragmode: 'pan',
    },
    legend: named.length > 1 ? named.map(([name], i) => ({ name, color: colorAt(theme, i) })) : [],
    notes,
  };
}

function span(values: readonly number[]): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(low <= high)) return [-180, 180];
  const middle = (low + high) / 2;
  const half = Math.max(SMALLEST_SPAN / 2, (high - low) * 0.54);
  return [middle - half, middle + half];
}

/** Degrees, stretched so that shapes look right at the middle of the map. */
function axes(
  rows: readonly number[],
  x: Float64Array,
  y: Float64Array,
  { theme }: ChartOptions,
): Partial<Layout> {
  const [south, north] = span(rows.map((row) => y[row] ?? 0));
  const middle = Math.min(70, Math.abs((south + north) / 2));
  const axis = {
    showgrid: false,
    zeroline: false,
    ticksuffix: '°',
    tickfont: { color: theme.quiet, size: 10 },
    linecolor: theme.grid,
  };
  return {
    xaxis: { ...axis, range: [...span(rows.map((row) => x[row] ?? 0))] },
    yaxis: {
      ...axis,
      range: [Math.max(-90, south), Math.min(90, north)],
      scaleanchor: 'x',
      scaleratio: 1 / Math.cos((middle * Math.PI) / 180),
    },
  } as unknown as Partial<Layout>;
}
