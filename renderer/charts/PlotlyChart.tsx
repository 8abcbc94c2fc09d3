import type { Config, Data, Layout, PlotlyHTMLElement } from 'plotly.js';
import { type RefObject, useEffect, useRef } from 'react';
import type { Figure } from './chart-types.ts';
import { loadPlotly } from './plotly.ts';

export interface ChartImage {
  /** A data URL of the chart as it is seen, with a legend. */
  toImage(format: 'png' | 'svg'): Promise<string>;
  resetZoom(): void;
}

const CONFIG: Partial<Config> = {
  displaylogo: false,
  responsive: false,
  scrollZoom: true,
  doubleClick: 'reset',
  modeBarButtonsToRemove: ['toImage', 'lasso2d', 'select2d', 'autoScale2d'],
  // Plotly would fetch map tiles and post charts to its own servers; none of it is wanted.
  showSendToCloud: false,
  showLink: false,
};

/** Draws a figure; the drawing follows the size of its place. */
export function PlotlyChart({
  figure,
  label,
  imageRef,
  onDrawn,
}: {
  readonly figure: Figure;
  readonly label: string;
  readonly imageRef: RefObject<ChartImage | null>;
  readonly onDrawn: () => void;
}) {
  const host = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const node = host.current;
    if (!node) return;
    let current = true;
    void loadPlotly().then(async (plotly) => {
      if (!current) return;
      await plotly.react(node, [...figure.traces] as Data[], { ...figure.layout }, CONFIG);
      if (!current) return;
      imageRef.current = {
        toImage: async (format) => {
          const layout: Partial<Layout> = {
            ...figure.layout,
            showlegend: figure.legend.length > 1,
            paper_bgcolor: getComputedStyle(node).backgroundColor,
          };
          const size = { width: node.clientWidth, height: node.clientHeight };
          return plotly.toImage(
            { data: [...figure.traces] as Data[], layout },
            { format, ...size, ...(format === 'png' ? { scale: 2 } : {}) },
          );
        },
        resetZoom: () => {
          // `reversed` is a way to find the range too; Plotly's types know booleans only here.
          const yRange = (figure.layout.yaxis?.autorange ?? true) as boolean;
          void plotly.relayout(node, { 'xaxis.autorange': true, 'yaxis.autorange': yRange });
        },
      };
      onDrawn();
    });
    return () => {
      current = false;
    };
  }, [figure, imageRef, onDrawn]);

  useEffect(() => {
    const node = host.current;
    if (!node) return;
    const observer = new ResizeObserver(() => {
      void loadPlotly().then((plotly) => {
        const drawn = (node as Partial<PlotlyHTMLElement>).data !== undefined;
        if (drawn && node.clientWidth > 0 && node.clientHeight > 0) plotly.Plots.resize(node);
      });
    });
    observer.observe(node);
    return () => {
      observer.disconnect();
      void loadPlotly().then((plotly) => plotly.purge(node));
    };
  }, []);

  return <div ref={host} className="ch-plot" role="img" aria-label={label} />;
}
