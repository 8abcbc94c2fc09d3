import type { Data } from 'plotly.js';
import { baseLayout, escapeMarkup } from '../base-layout.ts';
import type { ChartData, ChartOptions, Figure } from '../chart-types.ts';
import { colorAt } from '../theme.ts';

/** Slices beside "Others". */
const MAX_SLICES = 14;

const OTHERS = '#8a8f98';

/** Shares of a whole, the largest first (page "visualization-piechart"); small ones are drawn as one. */
export function build(data: ChartData, options: ChartOptions): Figure {
  const sums = new Map<string, number>();
  const values = data.measures[0]?.values ?? new Float64Array();
  for (let row = 0; row < data.length; row++) {
    const labels = [data.x, ...data.series.map((s) => s.values)].map((texts) =>
      String(texts[row] ?? ''),
    );
    const label =
      data.xKind === 'time' ? new Date(Number(data.x[row])).toISOString() : labels.join(', ');
    const value = values[row] ?? Number.NaN;
    if (value > 0) sums.set(label, (sums.get(label) ?? 0) + value);
  }
  const sorted = [...sums].sort((a, b) => b[1] - a[1]);
  const shown = sorted.slice(0, sorted.length > MAX_SLICES + 1 ? MAX_SLICES : undefined);
  const rest = sorted.slice(shown.length);
  if (rest.length > 0)
    shown.push([`Others (${rest.length})`, rest.reduce((sum, [, v]) => sum + v, 0)]);
  const legend = shown.map(([name], i) => ({
    name,
    color: rest.length > 0 && i === shown.length - 1 ? OTHERS : colorAt(options.theme, i),
  }));
  const visible = shown
    .map(([name, value], i) => ({ name, value, color: legend[i]?.color ?? '' }))
    .filter(({ name }) => !options.hidden.has(name));
  const trace = {
    type: 'pie',
    labels: visible.map(({ name }) => escapeMarkup(name)),
    values: visible.map(({ value }) => value),
    marker: {
      colors: visible.map(({ color }) => color),
      line: { color: options.theme.background, width: 1.5 },
    },
    sort: false,
    direction: 'clockwise',
    hole: options.properties.kind === 'donut' ? 0.55 : 0,
    textinfo: 'label+percent',
    textposition: 'auto',
    insidetextorientation: 'horizontal',
    insidetextfont: { color: options.theme.onPalette },
    outsidetextfont: { color: options.theme.text },
    hovertemplate: '%{label}<br>%{value:,.6~g} (%{percent})<extra></extra>',
  } as unknown as Data;
  const base = baseLayout(options);
  return {
    traces: [trace],
    layout: {
      ...base,
      hovermode: 'closest',
      margin: { ...base.margin, l: 40, r: 40, b: 40, t: (base.margin?.t ?? 0) + 24 },
    },
    legend,
    notes: [],
  };
}
