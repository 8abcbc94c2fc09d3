import { type FunctionEntry, never, scalar } from '../define.ts';
import { combining } from './combining.ts';
import { geohash } from './geohash.ts';
import { h3 } from './h3.ts';
import { measuring } from './measuring.ts';
import { s2cells } from './s2cells.ts';
import { areaFromText, pathFromText } from './shapes.ts';

const LEVELS = 'chooses cell levels for the service’s own geospatial joins; undocumented';

/** Shapes on the Earth as GeoJSON: edges are geodesics of a sphere, as in the engine (which computes with S2). */
export const geo: readonly FunctionEntry[] = [
  ...measuring,
  ...combining,
  ...geohash,
  ...s2cells,
  ...h3,
  scalar(
    '__geo_polygon_validate',
    { js: { text: [0], call: ([value]) => (areaFromText(value) ? '' : 'invalid polygon') } },
    [],
  ),
  scalar(
    '__geo_line_validate',
    { js: { text: [0], call: ([value]) => (pathFromText(value) ? '' : 'invalid line') } },
    [],
  ),
  never('__geo_polygon_s2cell_covering_level', LEVELS),
  never('__geo_line_s2cell_covering_level', LEVELS),
  never('__geo_length_to_s2cell_level', LEVELS),
  never(
    'geo_info_from_ip_address',
    'needs a licensed database of addresses and their places, which the service has and this desk has not',
  ),
];
