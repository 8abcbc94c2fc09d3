import type { ChartDefinition } from '../chart-types.ts';
import { CARTESIAN_PROPERTIES } from '../property-lists.ts';
import { guessRoles, TIME_X } from '../roles.ts';
import { build } from './build.ts';

export const timechart: ChartDefinition = {
  kind: 'timechart',
  label: 'Time chart',
  view: 'plot',
  source: 'points',
  properties: [...CARTESIAN_PROPERTIES, 'ysplit'],
  roles: (columns, sample, properties) => guessRoles(columns, sample, properties, TIME_X),
  build,
};
