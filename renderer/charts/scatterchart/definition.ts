import type { ChartDefinition } from '../chart-types.ts';
import { CARTESIAN_PROPERTIES } from '../property-lists.ts';
import { CONTINUOUS_X, guessRoles } from '../roles.ts';
import { build } from './build.ts';

export const scatterchart: ChartDefinition = {
  kind: 'scatterchart',
  label: 'Scatter chart',
  view: 'plot',
  source: 'points',
  properties: [...CARTESIAN_PROPERTIES, 'kind'],
  roles: (columns, sample, properties) => guessRoles(columns, sample, properties, CONTINUOUS_X),
  build,
};
