import { anomalychart } from './anomalychart/definition.ts';
import { areachart } from './areachart/definition.ts';
import { barchart } from './barchart/definition.ts';
import { card } from './card/definition.ts';
import type { ChartDefinition } from './chart-types.ts';
import { columnchart } from './columnchart/definition.ts';
import { ladderchart } from './ladderchart/definition.ts';
import { linechart } from './linechart/definition.ts';
import { piechart } from './piechart/definition.ts';
import { scatterchart } from './scatterchart/definition.ts';
import { stackedareachart } from './stackedareachart/definition.ts';
import { table } from './table/definition.ts';
import { timechart } from './timechart/definition.ts';
import { treemap } from './treemap/definition.ts';

/** All charts, in the order of the menu. */
export const CHARTS: readonly ChartDefinition[] = [
  timechart,
  linechart,
  areachart,
  stackedareachart,
  columnchart,
  barchart,
  piechart,
  scatterchart,
  anomalychart,
  ladderchart,
  treemap,
  card,
  table,
];

/** Kinds that `render` knows and that are not drawn yet; results are shown in the grid. */
export const LATER: Readonly<Record<string, string>> = {
  pivotchart: 'The pivot chart is not there yet.',
  timepivot: 'The time pivot is not there yet.',
  plotly: 'Charts from Plotly JSON are not there yet.',
};

export function chartOf(kind: string): ChartDefinition | undefined {
  const name = kind.toLowerCase();
  return CHARTS.find((chart) => chart.kind === name);
}
