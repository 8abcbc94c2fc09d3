import geodesic from 'geographiclib-geodesic';
import { type FunctionEntry, scalar, type Value } from '../define.ts';
import { chained, unionOf } from './clip.ts';
import {
  type Area,
  areaEdges,
  areaFromText,
  areaOf,
  covers,
  lengthOf,
  lineEdges,
  type Path,
  pathEdges,
  pathFromText,
  pointJson,
  ringArea,
} from './shapes.ts';
import {
  add,
  angle,
  azimuth,
  EARTH_RADIUS,
  interpolate,
  lngLat,
  nearestOnEdge,
  norm,
  same,
  scale,
  sub,
  triangleCentroid,
  unit,
  type Vec,
} from './sphere.ts';
import { isTrue, number, point } from './values.ts';

/** Metres along the WGS84 spheroid. */
function spheroidDistance(a: Vec, b: Vec): number {
  const [lng1, lat1] = lngLat(a);
  const [lng2, lat2] = lngLat(b);
  return geodesic.Geodesic.WGS84.Inverse(lat1, lng1, lat2, lng2).s12 ?? Number.NaN;
}

function distance([lng1, lat1, lng2, lat2, spheroid]: readonly Value[]): Value {
  const a = point(lng1, lat1);
  const b = point(lng2, lat2);
  if (!a || !b) return null;
  return isTrue(spheroid) ? spheroidDistance(a, b) : angle(a, b) * EARTH_RADIUS;
}

/** The point of the edges nearest to p; the edge's number tells where on the line it is. */
function nearest(
  p: Vec,
  edges: readonly (readonly [Vec, Vec])[],
): { at: Vec; edge: number } | undefined {
  let best: { at: Vec; edge: number } | undefined;
  let least = Number.POSITIVE_INFINITY;
  edges.forEach(([a, b], edge) => {
    const at = nearestOnEdge(p, a, b);
    const d = norm(sub(p, at));
    if (d < least) {
      least = d;
      best = { at, edge };
    }
  });
  return best;
}

/** The whole of an area: overlaps count once. */
const merged = (area: Area): Area =>
  area.polygons.length === 1 ? area : areaOf(unionOf([area]) ?? area.polygons);

const pathOf = (path: Path): Path =>
  path.lines.length === 1 ? path : { lines: chained(pathEdges(path)) };

function pointToPath([lng, lat, value]: readonly Value[]): Value {
  const p = point(lng, lat);
  const path = pathFromText(value);
  const found = p && path && nearest(p, pathEdges(path));
  return p && found ? angle(p, found.at) * EARTH_RADIUS : null;
}

function pointToArea([lng, lat, value]: readonly Value[]): Value {
  const p = point(lng, lat);
  const area = areaFromText(value);
  if (!p || !area) return null;
  if (covers(area, p)) return 0;
  const found = nearest(p, areaEdges(area));
  return found ? angle(p, found.at) * EARTH_RADIUS : null;
}

function nearestOnPath([lng, lat, value]: readonly Value[]): Value {
  const p = point(lng, lat);
  const path = pathFromText(value);
  const found = p && path && nearest(p, pathEdges(path));
  return found ? pointJson(found.at) : null;
}

function nearestOnArea([lng, lat, value]: readonly Value[]): Value {
  const p = point(lng, lat);
  const area = areaFromText(value);
  if (!p || !area) return null;
  if (covers(area, p)) return pointJson(p);
  const found = nearest(p, areaEdges(area));
  return found ? pointJson(found.at) : null;
}

function angleAt([lng1, lat1, lng2, lat2, lng3, lat3]: readonly Value[]): Value {
  const [a, b, c] = [point(lng1, lat1), point(lng2, lat2), point(lng3, lat3)];
  if (!a || !b || !c || isDegenerate(a, b) || isDegenerate(b, c)) return null;
  const turn = azimuth(b, c) - azimuth(b, a);
  return turn < 0 ? turn + 2 * Math.PI : turn;
}

/** One point or two opposite ones have no line between them. */
const isDegenerate = (a: Vec, b: Vec): boolean => same(a, b) || norm(add(a, b)) < 1e-14;

function azimuthOf([lng1, lat1, lng2, lat2]: readonly Value[]): Value {
  const [a, b] = [point(lng1, lat1), point(lng2, lat2)];
  return !a || !b || isDegenerate(a, b) ? null : azimuth(a, b);
}

function pathCentroid(path: Path): Vec {
  return unit(
    pathEdges(pathOf(path)).reduce<Vec>(
      (sum, [a, b]) => {
        const both = add(a, b);
        const weight = norm(sub(a, b)) / (norm(both) || 1);
        return add(sum, scale(both, weight));
      },
      [0, 0, 0],
    ),
  );
}

function areaCentroid(area: Area): Vec {
  let sum: Vec = [0, 0, 0];
  for (const ring of merged(area).polygons.flatMap((p) => p.rings)) {
    const [a] = ring;
    for (let i = 1; i + 1 < ring.length; i++) {
      const b = ring[i];
      const c = ring[i + 1];
      if (a && b && c) sum = add(sum, triangleCentroid(a, b, c));
    }
  }
  return unit(sum);
}

/** Share of the line's length from its start to the point of it nearest to the given one. */
function locate([value, lng, lat, spheroid]: readonly Value[]): Value {
  const path = pathFromText(value);
  const p = point(lng, lat);
  const [line] = path?.lines ?? [];
  if (!p || !line || path?.lines.length !== 1) return null;
  const edges = lineEdges(line);
  const found = nearest(p, edges);
  if (!found) return null;
  const measure = isTrue(spheroid) ? spheroidDistance : angle;
  const lengths = edges.map(([a, b]) => measure(a, b));
  const total = lengths.reduce((x, y) => x + y, 0);
  const before = lengths.slice(0, found.edge).reduce((x, y) => x + y, 0);
  const start = edges[found.edge]?.[0] ?? found.at;
  return total === 0 ? null : (before + measure(start, found.at)) / total;
}

function interpolateOn([value, share]: readonly Value[]): Value {
  const path = pathFromText(value);
  const [line] = path?.lines ?? [];
  const fraction = number(share);
  if (!line || path?.lines.length !== 1 || !(fraction >= 0 && fraction <= 1)) return null;
  const edges = lineEdges(line);
  let rest = fraction * lengthOf(edges);
  for (const [a, b] of edges) {
    const length = angle(a, b);
    if (rest <= length) return pointJson(interpolate(a, b, length === 0 ? 0 : rest / length));
    rest -= length;
  }
  return pointJson(line.at(-1) ?? [1, 0, 0]);
}

function inCircle([lng, lat, centerLng, centerLat, radius]: readonly Value[]): Value {
  const p = point(lng, lat);
  const center = point(centerLng, centerLat);
  const metres = number(radius);
  if (!p || !center || !(metres >= 0)) return null;
  return angle(p, center) * EARTH_RADIUS <= metres;
}

function inArea([lng, lat, value]: readonly Value[]): Value {
  const p = point(lng, lat);
  const area = areaFromText(value);
  return p && area ? covers(area, p) : null;
}

const onPath = (of: (path: Path) => Value) => ({
  js: {
    text: [0],
    call: ([value]: readonly Value[]): Value => {
      const path = pathFromText(value);
      return path ? of(path) : null;
    },
  },
});

const onArea = (of: (area: Area) => Value) => ({
  js: {
    text: [0],
    call: ([value]: readonly Value[]): Value => {
      const area = areaFromText(value);
      return area ? of(area) : null;
    },
  },
});

const LINE = 'dynamic({"type": "LineString", "coordinates": [[0, 0], [1, 0]]})';
const SQUARE =
  'dynamic({"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]})';
const BAD = 'dynamic({"type": "LineString", "coordinates": [[1, 1]]})';

export const measuring: readonly FunctionEntry[] = [
  scalar('geo_distance_2points', { js: { nulls: 'pass', call: distance } }, [
    {
      kql: 'round(geo_distance_2points(-122.407628, 47.578557, -118.275287, 34.019056), 3)',
      result: '1546754.352',
    },
    { kql: 'geo_distance_2points(300, 1, 1, 1)', result: '' },
    // One degree of the equator of WGS84: 6378137 π / 180.
    { kql: 'round(geo_distance_2points(0, 0, 1, 0, true), 3)', result: '111319.491' },
  ]),
  scalar('geo_distance_point_to_line', { js: { text: [2], call: pointToPath } }, [
    { kql: `round(geo_distance_point_to_line(0.5, 1, ${LINE}), 3)`, result: '111195.101' },
    { kql: `geo_distance_point_to_line(1, 1, ${BAD})`, result: '' },
  ]),
  scalar('geo_distance_point_to_polygon', { js: { text: [2], call: pointToArea } }, [
    { kql: `geo_distance_point_to_polygon(1, 1, ${SQUARE})`, result: '0.0' },
  ]),
  scalar('geo_closest_point_on_line', { js: { text: [2], call: nearestOnPath } }, [
    { kql: `geo_closest_point_on_line(2, 0, ${LINE}).coordinates`, result: '[1.0,0.0]' },
  ]),
  scalar('geo_closest_point_on_polygon', { js: { text: [2], call: nearestOnArea } }, [
    { kql: `geo_closest_point_on_polygon(500, 1, ${SQUARE})`, result: '' },
  ]),
  scalar('geo_angle', { js: { call: angleAt } }, [
    { kql: 'round(geo_angle(0, 10, 0, 5, 3, -10), 9)', result: '2.944938434' },
    { kql: 'geo_angle(0, 10, 0, 10, 3, -10)', result: '' },
  ]),
  scalar('geo_azimuth', { js: { call: azimuthOf } }, [
    { kql: 'round(geo_azimuth(5, 10, 10, -40), 9)', result: '3.054599398' },
  ]),
  scalar(
    'geo_line_length',
    onPath((path) => lengthOf(pathEdges(pathOf(path))) * EARTH_RADIUS),
    [
      { kql: `round(geo_line_length(${LINE}), 3)`, result: '111195.101' },
      { kql: `geo_line_length(${BAD})`, result: '' },
    ],
  ),
  scalar(
    'geo_line_centroid',
    onPath((path) => pointJson(pathCentroid(path))),
    [{ kql: `geo_line_centroid(${LINE}).coordinates`, result: '[0.5,0.0]' }],
  ),
  scalar(
    'geo_polygon_area',
    onArea((area) => {
      const rings = merged(area).polygons.flatMap((p) => p.rings);
      return rings.reduce((sum, ring) => sum + ringArea(ring), 0) * EARTH_RADIUS ** 2;
    }),
    [{ kql: `round(geo_polygon_area(${SQUARE}) / 1000000)`, result: '49452.0' }],
  ),
  scalar(
    'geo_polygon_perimeter',
    onArea((area) => lengthOf(areaEdges(merged(area))) * EARTH_RADIUS),
    [{ kql: `round(geo_polygon_perimeter(${SQUARE}) / 1000)`, result: '889.0' }],
  ),
  scalar(
    'geo_polygon_centroid',
    onArea((area) => pointJson(areaCentroid(area))),
    [{ kql: `round(todouble(geo_polygon_centroid(${SQUARE}).coordinates[0]), 6)`, result: '1.0' }],
  ),
  scalar('geo_line_locate_point', { js: { nulls: 'pass', text: [0], call: locate } }, [
    { kql: `round(geo_line_locate_point(${LINE}, 0.25, 1), 6)`, result: '0.25' },
  ]),
  scalar('geo_line_interpolate_point', { js: { text: [0], call: interpolateOn } }, [
    { kql: `geo_line_interpolate_point(${LINE}, 0).coordinates`, result: '[0.0,0.0]' },
    { kql: `geo_line_interpolate_point(${LINE}, 2)`, result: '' },
  ]),
  scalar('geo_point_in_circle', { js: { call: inCircle } }, [
    { kql: 'geo_point_in_circle(0, 0, 0, 0.5, 60000)', result: 'True' },
    { kql: 'geo_point_in_circle(0, 0, 0, 0.5, 50000)', result: 'False' },
  ]),
  scalar('geo_point_in_polygon', { js: { text: [2], call: inArea } }, [
    { kql: `geo_point_in_polygon(1, 1, ${SQUARE})`, result: 'True' },
    { kql: `geo_point_in_polygon(3, 1, ${SQUARE})`, result: 'False' },
    { kql: `geo_point_in_polygon(200, 1, ${SQUARE})`, result: '' },
  ]),
];
