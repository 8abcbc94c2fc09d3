import type { Data, Layout } from 'plotly.js';
import { baseLayout, escapeMarkup, xAxis, yAxis } from './base-layout.ts';
import type { ChartData, ChartOptions, Figure, LegendEntry } from './chart-types.ts';
import { type Series, seriesOf } from './series.ts';
import { colorAt } from './theme.ts';

export type Mark = 'lines' | 'points' | 'area' | 'columns' | 'bars';
export type Stacking = 'none' | 'stacked' | 'stacked100';

export interface CartesianForm {
  readonly mark: Mark;
  readonly stacking: Stacking;
  /** Traces that are laid over the series. */
  readonly overlay?: (
    series: readonly Series[],
    axisOf: (series: Series) => string,
  ) => readonly Data[];
}

/** From so many points on WebGL draws faster than SVG; a page has few such contexts. */
const GL_POINTS = 20_000;
const MAX_PANELS = 5;
const MAX_AXES = 4;

export function stackingOf(kind: string | undefined): Stacking {
  return kind === 'stacked' || kind === 'stacked100' ? kind : 'none';
}

function fade(color: string, alpha: number): string {
  const digits = Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0');
  return /^#[0-9a-f]{6}$/i.test(color) ? `${color}${digits}` : color;
}

/** `y`, `y2`…: which axis a series is drawn against (page "render operator", `ysplit`). */
function axisNumber(series: Series, index: number, ysplit: string | undefined): number {
  if (ysplit === 'panels') return Math.min(series.measure, MAX_PANELS - 1) + 1;
  if (ysplit === 'axes') return Math.min(index, MAX_AXES - 1) + 1;
  return 1;
}

const suffix = (n: number): string => (n === 1 ? '' : String(n));

function traceOf(
  series: Series,
  form: CartesianForm,
  options: ChartOptions,
  axis: number,
  color: string,
  gl: boolean,
): Data {
  const sideways = form.mark === 'bars';
  const name = escapeMarkup(series.name);
  const common = {
    name,
    legendgroup: series.name,
    visible: options.hidden.has(series.name) ? (false as const) : (true as const),
    [sideways ? 'xaxis' : 'yaxis']: `${sideways ? 'x' : 'y'}${suffix(axis)}`,
    x: sideways ? series.y : series.x,
    y: sideways ? series.x : series.y,
  };
  if (form.mark === 'columns' || form.mark === 'bars')
    return {
      ...common,
      type: 'bar',
      orientation: sideways ? 'h' : 'v',
      marker: { color, line: { width: 0 } },
    } as Data;
  if (form.mark === 'points')
    return {
      ...common,
      type: gl ? 'scattergl' : 'scatter',
      mode: 'markers',
      marker: { color, size: series.y.length > 2_000 ? 4 : 7, opacity: 0.75 },
    } as Data;
  const line = { color, width: 1.75, shape: 'linear' as const };
  const single = series.y.length === 1;
  if (form.mark === 'lines')
    return {
      ...common,
      type: gl ? 'scattergl' : 'scatter',
      mode: single ? 'markers' : 'lines',
      line,
      connectgaps: false,
    } as Data;
  const stacked = form.stacking !== 'none';
  return {
    ...common,
    type: 'scatter',
    mode: single ? 'markers' : 'lines',
    line: { ...line, width: stacked ? 0.75 : 1.5 },
    fill: stacked ? 'tonexty' : 'tozeroy',
    fillcolor: fade(color, stacked ? 0.75 : 0.22),
    ...(stacked
      ? { stackgroup: `s${axis}`, groupnorm: form.stacking === 'stacked100' ? 'percent' : '' }
      : {}),
  } as Data;
}

function axesLayout(
  data: ChartData,
  options: ChartOptions,
  form: CartesianForm,
  used: readonly number[],
  seriesNames: readonly string[],
): Partial<Layout> {
  const { properties } = options;
  const measures = data.measures.map((m) => m.name);
  const percent = form.stacking === 'stacked100' ? { ticksuffix: '%' } : {};
  const title = properties.ytitle ?? (measures.length === 1 ? (measures[0] ?? '') : '');
  if (form.mark === 'bars')
    return {
      xaxis: { ...yAxis(title, options), ...percent },
      yaxis: { ...xAxis(data, options), autorange: 'reversed', tickangle: 0 },
    };
  const layout: Record<string, unknown> = { xaxis: xAxis(data, options) };
  if (properties.ysplit === 'panels') {
    const gap = 0.06;
    const height = (1 - gap * (used.length - 1)) / used.length;
    used.forEach((n, i) => {
      const top = 1 - i * (height + gap);
      layout[`yaxis${suffix(n)}`] = {
        ...yAxis(measures[n - 1] ?? '', options),
        ...percent,
        domain: [Math.max(0, top - height), top],
      };
    });
    layout.xaxis = { ...xAxis(data, options), anchor: `y${suffix(used.at(-1) ?? 1)}` };
  } else if (properties.ysplit === 'axes' && used.length > 1) {
    used.forEach((n, i) => {
      const right = i % 2 === 1;
      layout[`yaxis${suffix(n)}`] = {
        ...yAxis(seriesNames[i] ?? '', options),
        ...percent,
        tickfont: { color: colorAt(options.theme, i), size: 11 },
        side: right ? 'right' : 'left',
        showgrid: i === 0,
        ...(i === 0 ? {} : { overlaying: 'y' }),
        ...(i < 2 ? {} : { anchor: 'free', autoshift: true, shift: right ? 8 : -8 }),
      };
    });
  } else layout.yaxis = { ...yAxis(title, options), ...percent };
  return layout as Partial<Layout>;
}

/** Lines at values that the person named, across the whole chart; on bars the axes have changed places. */
function referenceLines({ properties, theme }: ChartOptions, sideways: boolean): Partial<Layout> {
  const line = { color: theme.alert, width: 1.2, dash: 'dash' as const };
  const across = (value: number | string, of: 'x' | 'y') => {
    const vertical = (of === 'x') !== sideways;
    return vertical
      ? {
          type: 'line' as const,
          xref: 'x' as const,
          yref: 'paper' as const,
          x0: value,
          x1: value,
          y0: 0,
          y1: 1,
          line,
        }
      : {
          type: 'line' as const,
          xref: 'paper' as const,
          yref: 'y' as const,
          x0: 0,
          x1: 1,
          y0: value,
          y1: value,
          line,
        };
  };
  const shapes = [
    ...(properties.ylines ?? []).map((value) => across(value, 'y')),
    ...(properties.xlines ?? []).map((value) => across(value, 'x')),
  ];
  return shapes.length > 0 ? { shapes } : {};
}

/** Every chart with an x and a y axis. Pure: columns in, traces and layout out. */
export function buildCartesian(
  data: ChartData,
  options: ChartOptions,
  form: CartesianForm,
): Figure {
  const { properties } = options;
  const grouping = {
    sortByX: data.xKind !== 'category' && form.mark !== 'points',
    accumulate: properties.accumulate ?? false,
  };
  let { series, leftOut } = seriesOf(data, grouping);
  const notes: string[] = [];
  // A cloud of points in thousands of colours says nothing; nobody asked for these series.
  if (leftOut > 0 && form.mark === 'points' && !properties.series) {
    ({ series, leftOut } = seriesOf({ ...data, series: [] }, grouping));
    notes.push(`Too many values of ${data.series.map((s) => s.name).join(' and ')} to colour by.`);
  }
  const points = series.reduce((sum, s) => sum + s.y.length, 0);
  const gl = points > GL_POINTS && data.xKind !== 'category' && form.stacking === 'none';
  const numbers = series.map((s, i) => axisNumber(s, i, properties.ysplit));
  const used = [...new Set(numbers)].sort((a, b) => a - b);
  const axisOf = (s: Series): string => `y${suffix(numbers[series.indexOf(s)] ?? 1)}`;
  // In panels a group has one colour, so that it is found again from panel to panel.
  const shades =
    properties.ysplit === 'panels' && data.series.length > 0 ? data.measures.length : 1;
  const colors = series.map((_, i) => colorAt(options.theme, Math.floor(i / shades)));
  const traces = series.map((s, i) =>
    traceOf(s, form, options, numbers[i] ?? 1, colors[i] ?? options.theme.text, gl),
  );
  const bars = form.mark === 'columns' || form.mark === 'bars';
  const legend: LegendEntry[] = series.map((s, i) => ({
    name: s.name,
    color: colors[i] ?? options.theme.text,
  }));
  if (leftOut > 0) notes.push(`${leftOut.toLocaleString('en-US')} more series are not drawn.`);
  if (properties.ysplit === 'panels' && data.measures.length > MAX_PANELS)
    notes.push(`Only ${MAX_PANELS} panels are drawn.`);
  return {
    traces: [...traces, ...(form.overlay?.(series, axisOf) ?? [])],
    layout: {
      ...baseLayout(options),
      ...referenceLines(options, form.mark === 'bars'),
      ...axesLayout(
        data,
        options,
        form,
        used,
        series.map((s) => s.name),
      ),
      ...(form.mark === 'points' ? { hovermode: 'closest' } : {}),
      ...(form.mark === 'bars' && options.unified ? { hovermode: 'y unified' } : {}),
      ...(bars
        ? {
            barmode: form.stacking === 'none' ? ('group' as const) : ('relative' as const),
            bargap: 0.2,
            ...(form.stacking === 'stacked100' ? { barnorm: 'percent' as const } : {}),
          }
        : {}),
    },
    legend,
    notes,
  };
}
