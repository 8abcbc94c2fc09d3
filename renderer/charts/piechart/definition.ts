import type { ChartDefinition } from '../chart-types.ts';
import { guessRoles, PIE_X } from '../roles.ts';
import { build } from './build.ts';

export const piechart: ChartDefinition = {
  kind: 'piechart',
  label: 'Pie chart',
  view: 'plot',
  source: 'rows',
  properties: ['title', 'legend', 'series', 'xcolumn', 'ycolumns', 'kind'],
  roles: (columns, sample, properties) => guessRoles(columns, sample, properties, PIE_X),
  build,
};
