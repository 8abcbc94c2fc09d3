import type { Layout, LayoutAxis } from 'plotly.js';
import type { ChartData, ChartOptions, XKind } from './chart-types.ts';
import type { ChartProperties } from './properties.ts';

type Axis = Partial<LayoutAxis>;

function axisBase({ theme }: ChartOptions): Axis {
  return {
    gridcolor: theme.grid,
    linecolor: theme.grid,
    zerolinecolor: theme.grid,
    tickfont: { color: theme.quiet, size: 11 },
    automargin: true,
    ticks: '',
  };
}

const titled = (text: string, options: ChartOptions): Axis =>
  text === ''
    ? {}
    : { title: { text, font: { size: 12, color: options.theme.quiet }, standoff: 8 } };

export function xAxis(data: ChartData, options: ChartOptions): Axis {
  const { properties } = options;
  const title = properties.xtitle ?? (data.xKind === 'time' ? '' : data.xName);
  return {
    ...axisBase(options),
    ...titled(title, options),
    showgrid: false,
    type: axisType(data.xKind, properties.xaxis),
    // Long categories lean, and Plotly leaves out those that would overlap.
    tickangle: 'auto',
    showspikes: data.xKind !== 'category',
    spikemode: 'across',
    spikethickness: 1,
    spikedash: 'dot',
    spikecolor: options.theme.quiet,
  };
}

function axisType(
  kind: XKind,
  scale: 'linear' | 'log' | undefined,
): 'date' | 'category' | 'linear' | 'log' {
  if (kind === 'time') return 'date';
  return kind === 'category' ? 'category' : (scale ?? 'linear');
}

/** Limits as the axis wants them: on a log axis as powers of ten; a limit that is unset is found by Plotly. */
export function yRange({ ymin, ymax, yaxis }: ChartProperties): Axis {
  if (ymin === undefined && ymax === undefined) return {};
  const scaled = (value: number | undefined): number | null => {
    if (value === undefined) return null;
    if (yaxis !== 'log') return value;
    return value > 0 ? Math.log10(value) : null;
  };
  // Plotly finds the end that is null; its types know two numbers only.
  return { range: [scaled(ymin), scaled(ymax)] as unknown as [number, number] };
}

export function yAxis(title: string, options: ChartOptions): Axis {
  const { properties } = options;
  return {
    ...axisBase(options),
    ...titled(title, options),
    type: properties.yaxis ?? 'linear',
    ...yRange(properties),
    rangemode: 'normal',
    exponentformat: 'SI',
    hoverformat: ',.6~g',
  };
}

export function baseLayout(options: ChartOptions): Partial<Layout> {
  const { theme, properties } = options;
  return {
    paper_bgcolor: 'transparent',
    plot_bgcolor: 'transparent',
    font: { family: theme.font, size: 12, color: theme.text },
    margin: { l: 48, r: 16, t: properties.title ? 44 : 14, b: 36, pad: 0 },
    ...(properties.title
      ? {
          title: {
            text: escapeMarkup(properties.title),
            font: { size: 15, color: theme.text },
            x: 0,
            xref: 'paper' as const,
            xanchor: 'left' as const,
          },
        }
      : {}),
    modebar: { bgcolor: 'transparent', color: theme.quiet, activecolor: theme.text },
    showlegend: false,
    autosize: true,
    dragmode: 'zoom',
    hovermode: options.unified ? 'x unified' : 'closest',
    hoverlabel: {
      bgcolor: theme.background,
      bordercolor: theme.grid,
      font: { color: theme.text, size: 12, family: theme.font },
      namelength: 40,
    },
    // The same picture after a change of colours or of hidden series keeps its zoom.
    uirevision: 'kept',
  };
}

/** Plotly reads a few HTML tags in texts; data and titles are never markup here. */
export function escapeMarkup(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
