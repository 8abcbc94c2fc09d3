import { buildCartesian } from '../cartesian.ts';
import type { ChartData, ChartOptions, Figure } from '../chart-types.ts';

/** Areas on top of each other (page "visualization-stackedareachart"). */
export function build(data: ChartData, options: ChartOptions): Figure {
  return buildCartesian(data, options, { mark: 'area', stacking: 'stacked' });
}
