import type { ChartDefinition } from '../chart-types.ts';
import { guessRoles, PIE_X } from '../roles.ts';
import { build } from './build.ts';

export const treemap: ChartDefinition = {
  kind: 'treemap',
  label: 'Treemap',
  view: 'plot',
  source: 'rows',
  properties: ['title', 'series'],
  roles: (columns, sample, properties) => {
    // `series` names all levels of the tree; the first one takes the place of x.
    const [first, ...others] = properties.series ?? [];
    return guessRoles(
      columns,
      sample,
      first === undefined ? properties : { ...properties, xcolumn: first, series: others },
      PIE_X,
    );
  },
  build,
};
