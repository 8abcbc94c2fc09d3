import type { ChartProperties } from './properties.ts';

/** Properties that every chart with two axes has (page "render operator"). */
export const CARTESIAN_PROPERTIES: readonly (keyof ChartProperties)[] = [
  'title',
  'xtitle',
  'ytitle',
  'xaxis',
  'yaxis',
  'legend',
  'series',
  'xcolumn',
  'ycolumns',
  'ymin',
  'ymax',
  'accumulate',
  'ylines',
  'xlines',
];
