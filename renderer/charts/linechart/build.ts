import { buildCartesian } from '../cartesian.ts';
import type { ChartData, ChartOptions, Figure } from '../chart-types.ts';

/** Lines over numbers or time (page "visualization-linechart"). */
export function build(data: ChartData, options: ChartOptions): Figure {
  return buildCartesian(data, options, { mark: 'lines', stacking: 'none' });
}
