import type { ChartDefinition } from '../chart-types.ts';
import { build } from './build.ts';
import { loadOutline } from './outline.ts';
import { mapData, mapRoles } from './places.ts';

/** What `scatterchart` draws with `kind=map`; also to be chosen by itself. */
export const map: ChartDefinition = {
  kind: 'map',
  label: 'Map',
  view: 'plot',
  source: 'rows',
  whole: true,
  properties: ['title', 'legend', 'series', 'xcolumn', 'ycolumns'],
  roles: (columns, sample, properties) => mapRoles(columns, sample, properties, { bubbles: false }),
  data: mapData,
  prepare: loadOutline,
  build,
};

/** What `piechart` draws with `kind=map`: a bubble per place, as large as its number. */
export const bubbleMap: ChartDefinition = {
  ...map,
  kind: 'bubblemap',
  label: 'Bubble map',
  roles: (columns, sample, properties) => mapRoles(columns, sample, properties, { bubbles: true }),
};
