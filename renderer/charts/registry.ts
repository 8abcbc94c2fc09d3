import { anomalychart } from './anomalychart/definition.ts';
import { areachart } from './areachart/definition.ts';
import { barchart } from './barchart/definition.ts';
import { card } from './card/definition.ts';
import type { ChartDefinition } from './chart-types.ts';
import { columnchart } from './columnchart/definition.ts';
import { ladderchart } from './ladderchart/definition.ts';
import { linechart } from './linechart/definition.ts';
import { bubbleMap, map } from './map/definition.ts';
import { piechart } from './piechart/definition.ts';
import { pivotchart } from './pivotchart/definition.ts';
import { plotly } from './plotly/definition.ts';
import { scatterchart } from './scatterchart/definition.ts';
import { stackedareachart } from './stackedareachart/definition.ts';
import { table } from './table/definition.ts';
import { timechart } from './timechart/definition.ts';
import { timepivot } from './timepivot/definition.ts';
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
  timepivot,
  pivotchart,
  treemap,
  map,
  bubbleMap,
  plotly,
  card,
  table,
];

const MAPS: Readonly<Record<string, ChartDefinition>> = { scatterchart: map, piechart: bubbleMap };

/** The chart of a kind of `render`; `form` is its property `kind`, which may ask for a map. */
export function chartOf(kind: string, form?: string): ChartDefinition | undefined {
  const name = kind.toLowerCase();
  const place = form?.toLowerCase() === 'map' ? MAPS[name] : undefined;
  if (place) return place;
  return CHARTS.find((chart) => chart.kind === name);
}
