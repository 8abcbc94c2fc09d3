import { buildCartesian } from '../cartesian.ts';
import type { ChartData, ChartOptions, Figure } from '../chart-types.ts';

/** Points (page "visualization-scatterchart"); `kind=map` is not drawn yet. */
export function build(data: ChartData, options: ChartOptions): Figure {
  return buildCartesian(data, options, { mark: 'points', stacking: 'none' });
}
