import type { ResultBatch } from '../../../common/arrow/result-batch.ts';
import type { ChartDefinition } from '../chart-types.ts';
import { build } from './build.ts';

export const plotly: ChartDefinition = {
  kind: 'plotly',
  label: 'Plotly figure',
  view: 'plot',
  source: 'rows',
  whole: true,
  properties: [],
  roles: (columns) => {
    const text = columns.find((c) => c.type === 'string' || c.type === 'dynamic');
    return {
      x: text?.name ?? '',
      ys: [],
      series: [],
      anomalies: [],
      problem: text ? '' : 'A Plotly figure is a text of JSON in the first column.',
    };
  },
  data: (batch: ResultBatch, { x }) => ({
    xName: x,
    xKind: 'category',
    x: [
      String(
        batch.cell(
          0,
          batch.columns.findIndex((c) => c.name === x),
        ) ?? '',
      ),
    ],
    measures: [],
    anomalies: [],
    series: [],
    length: 1,
  }),
  build,
};
