import type { Data, Layout } from 'plotly.js';
import { baseLayout } from '../base-layout.ts';
import type { ChartData, ChartOptions, Figure } from '../chart-types.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * A figure comes from data, which anybody may have written: its texts keep their simple markup, but nothing in
 * it leads out of the window.
 */
function harmless(value: Json): Json {
  if (typeof value === 'string') return value.replace(/<\/?a\b[^>]*>/gi, '');
  if (Array.isArray(value)) return value.map(harmless);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== 'images' && key !== 'source')
        .map(([key, inner]) => [key, harmless(inner)]),
    );
  return value;
}

/** A figure as Plotly writes it, in the only cell of the result (page "visualization-plotly"). */
export function build(data: ChartData, options: ChartOptions): Figure {
  const base = baseLayout(options);
  const text = String(data.x[0] ?? '');
  let figure: { data?: Json; layout?: Json };
  try {
    figure = JSON.parse(text) as typeof figure;
  } catch {
    return { traces: [], layout: base, legend: [], notes: ['The first cell is not Plotly JSON.'] };
  }
  const traces = Array.isArray(figure.data) ? figure.data.map(harmless) : [];
  const layout = harmless(figure.layout ?? {}) as Record<string, Json>;
  // The template repeats Plotly's own defaults, which are made for white pages.
  const { template: _template, width: _width, height: _height, ...own } = layout;
  return {
    traces: traces as unknown as Data[],
    layout: {
      ...base,
      showlegend: traces.length > 1,
      ...(own as Partial<Layout>),
      hovermode: 'closest',
    },
    legend: [],
    notes: traces.length === 0 ? ['The figure has no data.'] : [],
  };
}
