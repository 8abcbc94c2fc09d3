import type { FunctionEntry } from '../define.ts';
import { decomposing } from './decomposing.ts';
import { elementwise } from './elementwise.ts';
import { filling } from './filling.ts';
import { filtering } from './filtering.ts';
import { fitting } from './fitting.ts';
import { periods } from './periods.ts';
import { summary } from './summary.ts';

/**
 * Numbers in arrays. A function of several columns (series_stats, series_fit_line, series_decompose…) gives one
 * array with the columns' values in their order.
 */
export const series: readonly FunctionEntry[] = [
  ...elementwise,
  ...summary,
  ...filling,
  ...fitting,
  ...filtering,
  ...periods,
  ...decomposing,
];
