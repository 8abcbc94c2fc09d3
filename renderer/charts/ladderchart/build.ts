import type { Data } from 'plotly.js';
import { baseLayout, escapeMarkup, xAxis } from '../base-layout.ts';
import type { ChartData, ChartOptions, Figure } from '../chart-types.ts';
import { colorAt } from '../theme.ts';

/**
 * One bar per row from its start to its end (page "visualization-ladderchart": the last two columns are the range,
 * the others name the row). The end comes as the only measure, in milliseconds since 1970.
 */
export function build(data: ChartData, options: ChartOptions): Figure {
  const ends = data.measures[0]?.values ?? new Float64Array();
  const names = Array.from({ length: data.length }, (_, row) =>
    data.series.length === 0
      ? `${row + 1}`
      : data.series.map((s) => s.values[row] ?? '').join(', '),
  );
  const groups = [...new Set(data.series[0]?.values ?? names)];
  const start = (row: number): number => Number(data.x[row]);
  const traces = groups.map((group, i) => {
    const rows = names.flatMap((_, row) =>
      (data.series[0]?.values[row] ?? names[row]) === group ? [row] : [],
    );
    return {
      type: 'bar',
      orientation: 'h',
      name: escapeMarkup(group),
      visible: !options.hidden.has(group),
      y: rows.map((row) => escapeMarkup(names[row] ?? '')),
      base: rows.map(start),
      x: rows.map((row) => Math.max(0, (ends[row] ?? 0) - start(row))),
      marker: { color: colorAt(options.theme, i) },
      customdata: rows.map((row) => new Date(ends[row] ?? 0).toISOString()),
      hovertemplate: '%{y}<br>%{base|%Y-%m-%d %H:%M:%S} to %{customdata}<extra></extra>',
    } as unknown as Data;
  });
  return {
    traces,
    layout: {
      ...baseLayout(options),
      hovermode: 'closest',
      barmode: 'overlay',
      xaxis: { ...xAxis(data, options), type: 'date', showgrid: true },
      yaxis: {
        type: 'category',
        autorange: 'reversed',
        automargin: true,
        tickfont: { size: 11, color: options.theme.quiet },
        gridcolor: options.theme.grid,
      },
    },
    legend: groups.map((name, i) => ({ name, color: colorAt(options.theme, i) })),
    notes: [],
  };
}
