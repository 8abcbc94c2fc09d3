import { buildCartesian, stackingOf } from '../cartesian.ts';
import type { ChartData, ChartOptions, Figure } from '../chart-types.ts';

/** Bars to the right, the first category on top (page "visualization-barchart"). */
export function build(data: ChartData, options: ChartOptions): Figure {
  return buildCartesian(data, options, {
    mark: 'bars',
    stacking: stackingOf(options.properties.kind),
  });
}
