import type { ChartDefinition } from '../chart-types.ts';
import { build } from './build.ts';
import { loadOutline } from './outline.ts';
import { mapData, mapRoles } from './places.ts';

/** What `scatterchart` and `piechart` draw with `kind=map`; also to be chosen by itself. */
export const map: ChartDefinition = {
  kind: 'map',
  label: 'Map',
  view: 'plot',
  source: 'rows',
  whole: true,
  properties: ['title', 'legend', 'series', 'xcolumn', 'ycolumns'],
  roles: mapRoles,
  data: mapData,
  prepare: loadOutline,
  build,
};
