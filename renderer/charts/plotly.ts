import type * as PlotlyModule from 'plotly.js';

export type Plotly = typeof PlotlyModule;

let loading: Promise<Plotly> | undefined;

/** Loads the drawing library (some megabytes) when the first chart is wanted. */
export function loadPlotly(): Promise<Plotly> {
  loading ??= import('plotly.js').then(
    (module: Plotly & { default?: Plotly }) => module.default ?? module,
  );
  return loading;
}
