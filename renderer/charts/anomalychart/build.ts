import type { Data } from 'plotly.js';
import { buildCartesian } from '../cartesian.ts';
import type { ChartData, ChartOptions, Figure } from '../chart-types.ts';
import type { Series } from '../series.ts';

/**
 * A time chart with points where an anomaly column is not zero (page "visualization-anomalychart"). The n-th anomaly
 * column belongs to the n-th measure, the last one to all that follow.
 */
export function build(data: ChartData, options: ChartOptions): Figure {
  const overlay = (series: readonly Series[], axisOf: (s: Series) => string): readonly Data[] =>
    series.flatMap((s) => {
      const flags = data.anomalies[Math.min(s.measure, data.anomalies.length - 1)];
      if (!flags) return [];
      const hits = Array.from(s.rows.keys()).filter((i) => {
        const flag = flags.values[s.rows[i] ?? 0] ?? 0;
        return flag !== 0 && !Number.isNaN(flag);
      });
      if (hits.length === 0) return [];
      return [
        {
          type: 'scatter',
          mode: 'markers',
          name: `Anomaly: ${s.name}`,
          x: hits.map((i) => s.x[i] ?? Number.NaN),
          y: hits.map((i) => s.y[i] ?? Number.NaN),
          yaxis: axisOf(s),
          visible: !options.hidden.has(s.name),
          marker: {
            color: options.theme.alert,
            size: 9,
            symbol: 'circle',
            line: { color: options.theme.background, width: 1.5 },
          },
        } as Data,
      ];
    });
  return buildCartesian(data, options, { mark: 'lines', stacking: 'none', overlay });
}
