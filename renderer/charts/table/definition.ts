import type { ChartDefinition } from '../chart-types.ts';

/** Drawn by its own view: there are no axes. */
export const table: ChartDefinition = {
  kind: 'table',
  label: 'Table',
  view: 'table',
  source: 'rows',
  properties: ['title'],
  roles: () => ({ x: '', ys: [], series: [], anomalies: [], problem: '' }),
  build: () => ({ traces: [], layout: {}, legend: [], notes: [] }),
};
