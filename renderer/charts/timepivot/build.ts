import type { Data } from 'plotly.js';
import { baseLayout, escapeMarkup, xAxis } from '../base-layout.ts';
import type { ChartData, ChartOptions, Figure } from '../chart-types.ts';
import { colorAt } from '../theme.ts';

/** Lanes that are drawn at most. */
const MAX_LANES = 500;

/**
 * Events on a timeline, one lane per combination of the pivot columns (page "visualization-timepivot"): marks
 * where an event has a start alone, bars where it has an end too. Lanes stand together by the first column.
 */
export function build(data: ChartData, options: ChartOptions): Figure {
  const { theme } = options;
  const ends = data.measures[0]?.values;
  const lanes = new Map<string, { readonly group: string; readonly rows: number[] }>();
  let leftOut = 0;
  for (let row = 0; row < data.length; row++) {
    const parts = data.series.map((s) => s.values[row] ?? '');
    const name = parts.join(' › ') || 'Events';
    const lane = lanes.get(name);
    if (lane) lane.rows.push(row);
    else if (lanes.size >= MAX_LANES) leftOut++;
    else lanes.set(name, { group: parts[0] ?? 'Events', rows: [row] });
  }
  const ordered = [...lanes].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const groups = [...new Set(ordered.map(([, { group }]) => group))];
  const start = (row: number): number => Number(data.x[row]);
  const traces = groups.map((group, i) => {
    const places = ordered
      .filter(([, lane]) => lane.group === group)
      .flatMap(([name, { rows }]) => rows.map((row) => ({ name: escapeMarkup(name), row })));
    const common = {
      name: escapeMarkup(group),
      visible: !options.hidden.has(group),
      y: places.map(({ name }) => name),
      marker: { color: colorAt(theme, i) },
    };
    if (!ends)
      return {
        ...common,
        type: places.length > 20_000 ? 'scattergl' : 'scatter',
        mode: 'markers',
        x: places.map(({ row }) => start(row)),
        marker: { ...common.marker, symbol: 'line-ns-open', size: 12, line: { width: 2 } },
        hovertemplate: '%{y}<br>%{x|%Y-%m-%d %H:%M:%S.%L}<extra></extra>',
      };
    return {
      ...common,
      type: 'bar',
      orientation: 'h',
      base: places.map(({ row }) => start(row)),
      // A moment is seen as well.
      x: places.map(({ row }) => Math.max(1, (ends[row] ?? start(row)) - start(row))),
      customdata: places.map(({ row }) => new Date(ends[row] ?? start(row)).toISOString()),
      hovertemplate: '%{y}<br>%{base|%Y-%m-%d %H:%M:%S.%L} to %{customdata}<extra></extra>',
    };
  });
  return {
    traces: traces as unknown as Data[],
    layout: {
      ...baseLayout(options),
      hovermode: 'closest',
      barmode: 'overlay',
      bargap: 0.3,
      xaxis: { ...xAxis(data, options), type: 'date', showgrid: true },
      yaxis: {
        type: 'category',
        categoryorder: 'array',
        categoryarray: ordered.map(([name]) => escapeMarkup(name)),
        autorange: 'reversed',
        automargin: true,
        tickfont: { size: 11, color: theme.quiet },
        gridcolor: theme.grid,
      },
    },
    legend: groups.map((name, i) => ({ name, color: colorAt(theme, i) })),
    notes:
      leftOut > 0
        ? [`${leftOut.toLocaleString('en-US')} events in further lanes are not drawn.`]
        : [],
  };
}
