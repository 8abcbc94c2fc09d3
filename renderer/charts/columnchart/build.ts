import { buildCartesian, stackingOf } from '../cartesian.ts';
import type { ChartData, ChartOptions, Figure } from '../chart-types.ts';

/** Upright bars (page "visualization-columnchart"). */
export function build(data: ChartData, options: ChartOptions): Figure {
  return buildCartesian(data, options, {
    mark: 'columns',
    stacking: stackingOf(options.properties.kind),
  });
}
