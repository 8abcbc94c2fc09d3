import { buildCartesian, stackingOf } from '../cartesian.ts';
import type { ChartData, ChartOptions, Figure } from '../chart-types.ts';

/** Areas, each on its own unless `kind` stacks them (page "visualization-areachart"). */
export function build(data: ChartData, options: ChartOptions): Figure {
  return buildCartesian(data, options, {
    mark: 'area',
    stacking: stackingOf(options.properties.kind),
  });
}
