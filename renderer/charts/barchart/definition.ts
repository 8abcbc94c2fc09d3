import type { ChartDefinition } from '../chart-types.ts';
import { CARTESIAN_PROPERTIES } from '../property-lists.ts';
import { CATEGORY_X, guessRoles } from '../roles.ts';
import { build } from './build.ts';

export const barchart: ChartDefinition = {
  kind: 'barchart',
  label: 'Bar chart',
  view: 'plot',
  source: 'rows',
  properties: [...CARTESIAN_PROPERTIES, 'ysplit', 'kind'],
  roles: (columns, sample, properties) => guessRoles(columns, sample, properties, CATEGORY_X),
  build,
};
