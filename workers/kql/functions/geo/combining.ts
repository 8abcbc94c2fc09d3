import { type FunctionEntry, scalar, type Value } from '../define.ts';
import { isArray } from '../value/dynamic.ts';
import { areaBuffer, circle, pathBuffer, usableTolerance } from './buffer.ts';
import { areasMeet, chained, intersectionOf, pathInArea, pathsInCommon, unionOf } from './clip.ts';
import {
  type Area,
  areaFromText,
  linesJson,
  mixedJson,
  type Path,
  pathEdges,
  pathFromText,
  polygonsJson,
  readArea,
  readPath,
} from './shapes.ts';
import { densified, densifiedPolygon, simplifiedPath, simplifiedPolygons } from './simplify.ts';
import { number, numberOr, point } from './values.ts';
import { fromWkt } from './wkt.ts';

/** Metres, for buffers, densification and simplification alike. */
const DEFAULT_TOLERANCE = 10;
const BAD_RANGE = Number.NaN;

/** [0.1, 10000], else invalid (page "geo_polygon_densify"). */
function tolerance(value: Value | undefined): number {
  const wanted = numberOr(value, DEFAULT_TOLERANCE);
  return wanted >= 0.1 && wanted <= 10_000 ? wanted : BAD_RANGE;
}

function pointBuffer([lng, lat, radius, wanted]: readonly Value[]): Value {
  const center = point(lng, lat);
  const metres = number(radius);
  const usable = usableTolerance(metres, numberOr(wanted, DEFAULT_TOLERANCE));
  if (!center || usable === undefined) return null;
  return polygonsJson([{ rings: [circle(center, metres, usable)] }]);
}

function buffered(
  value: Value | undefined,
  radius: Value | undefined,
  wanted: Value | undefined,
): Value {
  const metres = number(radius);
  const usable = usableTolerance(metres, numberOr(wanted, DEFAULT_TOLERANCE));
  if (usable === undefined) return null;
  const path = pathFromText(value);
  const area = areaFromText(value);
  const polygons = path
    ? pathBuffer(path, metres, usable)
    : area && areaBuffer(area, metres, usable);
  return polygons ? polygonsJson(polygons) : null;
}

const bothPaths = ([a, b]: readonly Value[]): [Path, Path] | undefined => {
  const [p, q] = [pathFromText(a), pathFromText(b)];
  return p && q && [p, q];
};

const bothAreas = ([a, b]: readonly Value[]): [Area, Area] | undefined => {
  const [p, q] = [areaFromText(a), areaFromText(b)];
  return p && q && [p, q];
};

const pathAndArea = ([a, b]: readonly Value[]): [Path, Area] | undefined => {
  const [p, q] = [pathFromText(a), areaFromText(b)];
  return p && q && [p, q];
};

function crossLines(args: readonly Value[]): Value {
  const both = bothPaths(args);
  const found = both && pathsInCommon(...both);
  return found ? mixedJson(found.points, found.lines, []) : null;
}

function linesCross(args: readonly Value[]): Value {
  const both = bothPaths(args);
  const found = both && pathsInCommon(...both);
  return found ? found.points.length + found.lines.length > 0 : null;
}

function lineWithin(args: readonly Value[]): Value {
  const both = pathAndArea(args);
  const found = both && pathInArea(...both);
  return found ? mixedJson(found.points, found.lines, []) : null;
}

function lineMeets(args: readonly Value[]): Value {
  const both = pathAndArea(args);
  const found = both && pathInArea(...both);
  return found ? found.points.length + found.lines.length > 0 : null;
}

function commonArea(args: readonly Value[]): Value {
  const both = bothAreas(args);
  const found = both && intersectionOf(...both);
  return found ? mixedJson(found.points, [], found.polygons) : null;
}

function areasTouch(args: readonly Value[]): Value {
  const both = bothAreas(args);
  return (both && areasMeet(...both)) ?? null;
}

/** Every element has to be a shape: one that is none spoils the whole. */
function readEach<T>(
  value: Value | undefined,
  read: (item: Value) => T | undefined,
): T[] | undefined {
  if (!isArray(value)) return undefined;
  const all = value.map(read);
  return all.every((item): item is T & {} => item !== undefined) ? (all as T[]) : undefined;
}

function unionAreas([value]: readonly Value[]): Value {
  const areas = readEach(value, readArea);
  const polygons = areas && unionOf(areas);
  return polygons ? polygonsJson(polygons) : null;
}

function unionLines([value]: readonly Value[]): Value {
  const paths = readEach(value, readPath);
  return paths ? linesJson(chained(paths.flatMap(pathEdges))) : null;
}

function simplifyAreas([value, wanted]: readonly Value[]): Value {
  const areas = readEach(value, readArea);
  const metres = tolerance(wanted);
  if (!areas || Number.isNaN(metres)) return null;
  const polygons = simplifiedPolygons(
    areas.flatMap((a) => a.polygons),
    metres,
  );
  return polygons.length > 0 ? polygonsJson(polygons) : null;
}

function simplifyArea([value, wanted]: readonly Value[]): Value {
  const area = areaFromText(value);
  const metres = tolerance(wanted);
  if (!area || Number.isNaN(metres)) return null;
  const polygons = simplifiedPolygons(area.polygons, metres);
  return polygons.length > 0 ? polygonsJson(polygons) : null;
}

function simplifyPath([value, wanted]: readonly Value[]): Value {
  const path = pathFromText(value);
  const metres = tolerance(wanted);
  return path && !Number.isNaN(metres) ? linesJson(simplifiedPath(path, metres).lines) : null;
}

function densifyArea([value, wanted]: readonly Value[]): Value {
  const area = areaFromText(value);
  const metres = tolerance(wanted);
  if (!area || Number.isNaN(metres)) return null;
  return polygonsJson(area.polygons.map((p) => densifiedPolygon(p, metres)));
}

function densifyPath([value, wanted]: readonly Value[]): Value {
  const path = pathFromText(value);
  const metres = tolerance(wanted);
  if (!path || Number.isNaN(metres)) return null;
  return linesJson(path.lines.map((line) => densified(line, metres)));
}

const texts = (call: (args: readonly Value[]) => Value, positions: readonly number[]) => ({
  js: { nulls: 'pass' as const, text: positions, call },
});

const A = 'dynamic({"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]})';
const B = 'dynamic({"type": "Polygon", "coordinates": [[[1, 0], [3, 0], [3, 2], [1, 2], [1, 0]]]})';
const FAR = 'dynamic({"type": "Polygon", "coordinates": [[[9, 0], [9.5, 0], [9, 1], [9, 0]]]})';
const H = 'dynamic({"type": "LineString", "coordinates": [[0, 0], [2, 0]]})';
const V = 'dynamic({"type": "LineString", "coordinates": [[1, -1], [1, 1]]})';
const BENT = 'dynamic({"type": "LineString", "coordinates": [[0, 0], [1, 0.00001], [2, 0]]})';

export const combining: readonly FunctionEntry[] = [
  scalar('geo_point_buffer', { js: { nulls: 'pass', call: pointBuffer } }, [
    // π / acos(1 - 10 / 20000) = 99.3, so a hundred vertices and the first once more.
    { kql: 'array_length(geo_point_buffer(-115.2, 36.1, 20000).coordinates[0])', result: '101' },
    { kql: 'geo_point_buffer(10, 10, -1)', result: '' },
  ]),
  scalar(
    'geo_line_buffer',
    texts(([value, radius, wanted]) => buffered(value, radius, wanted), [0]),
    [
      { kql: `geo_point_in_polygon(1, 0.001, geo_line_buffer(${H}, 200))`, result: 'True' },
      { kql: `geo_line_buffer(${H}, 0)`, result: '' },
    ],
  ),
  scalar(
    'geo_polygon_buffer',
    texts(([value, radius, wanted]) => buffered(value, radius, wanted), [0]),
    [{ kql: `geo_point_in_polygon(2.001, 1, geo_polygon_buffer(${A}, 200))`, result: 'True' }],
  ),
  scalar('geo_intersects_2lines', texts(linesCross, [0, 1]), [
    { kql: `geo_intersects_2lines(${H}, ${V})`, result: 'True' },
  ]),
  scalar('geo_intersection_2lines', texts(crossLines, [0, 1]), [
    { kql: `geo_intersection_2lines(${H}, ${V}).type`, result: 'Point' },
  ]),
  scalar('geo_intersects_line_with_polygon', texts(lineMeets, [0, 1]), [
    { kql: `geo_intersects_line_with_polygon(${V}, ${A})`, result: 'True' },
    { kql: `geo_intersects_line_with_polygon(${V}, ${FAR})`, result: 'False' },
  ]),
  scalar('geo_intersection_line_with_polygon', texts(lineWithin, [0, 1]), [
    { kql: `geo_intersection_line_with_polygon(${V}, ${A}).type`, result: 'LineString' },
    {
      kql: `geo_intersection_line_with_polygon(${V}, ${FAR})`,
      result: '{"type":"GeometryCollection","geometries":[]}',
    },
  ]),
  scalar('geo_intersects_2polygons', texts(areasTouch, [0, 1]), [
    { kql: `geo_intersects_2polygons(${A}, ${B})`, result: 'True' },
    { kql: `geo_intersects_2polygons(${A}, ${FAR})`, result: 'False' },
  ]),
  scalar('geo_intersection_2polygons', texts(commonArea, [0, 1]), [
    {
      kql: `round(geo_polygon_area(geo_intersection_2polygons(${A}, ${B})) / geo_polygon_area(${A}), 3)`,
      result: '0.5',
    },
  ]),
  scalar('geo_union_polygons_array', { js: { nulls: 'pass', call: unionAreas } }, [
    {
      kql: `round(geo_polygon_area(geo_union_polygons_array(pack_array(${A}, ${B}))) / geo_polygon_area(${A}), 3)`,
      result: '1.5',
    },
  ]),
  scalar('geo_union_lines_array', { js: { nulls: 'pass', call: unionLines } }, [
    { kql: `geo_union_lines_array(pack_array(${H}, ${H})).type`, result: 'LineString' },
  ]),
  scalar('geo_simplify_polygons_array', { js: { nulls: 'pass', call: simplifyAreas } }, [
    { kql: `geo_simplify_polygons_array(pack_array(${A}), -1)`, result: '' },
  ]),
  scalar('geo_polygon_simplify', texts(simplifyArea, [0]), [
    { kql: `array_length(geo_polygon_simplify(${A}).coordinates[0])`, result: '5' },
  ]),
  scalar('geo_line_simplify', texts(simplifyPath, [0]), [
    { kql: `array_length(geo_line_simplify(${BENT}).coordinates)`, result: '2' },
    { kql: `geo_line_simplify(${BENT}, -1)`, result: '' },
  ]),
  scalar('geo_polygon_densify', texts(densifyArea, [0]), [
    {
      kql: 'array_length(geo_polygon_densify(dynamic({"type":"Polygon","coordinates":[[[10,10],[11,10],[11,11],[10,11],[10,10]]]})).coordinates[0])',
      result: '11',
    },
  ]),
  scalar('geo_line_densify', texts(densifyPath, [0]), [
    {
      kql: 'array_length(geo_line_densify(dynamic({"type":"LineString","coordinates":[[10,10],[11,10]]})).coordinates)',
      result: '5',
    },
  ]),
  scalar(
    'geo_from_wkt',
    { js: { call: ([text]) => (typeof text === 'string' ? (fromWkt(text) ?? null) : null) } },
    [
      { kql: 'geo_from_wkt("POINT (1 2)")', result: '{"type":"Point","coordinates":[1,2]}' },
      {
        kql: 'geo_from_wkt("POLYGON ((0 0, 2 0, 2 2, 0 0))").coordinates',
        result: '[[[0,0],[2,0],[2,2],[0,0]]]',
      },
      { kql: 'geo_from_wkt("LINESTRING")', result: '' },
    ],
  ),
];
