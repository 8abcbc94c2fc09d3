import { s2 } from 's2js';
import { type FunctionEntry, scalar, type Value } from '../define.ts';
import {
  type Area,
  areaEdges,
  areaFromText,
  covers,
  type Path,
  pathEdges,
  pathFromText,
} from './shapes.ts';
import { angle, cross, dot, EARTH_RADIUS, lngLat, nearestOnEdge, type Vec } from './sphere.ts';
import { number, numberOr, point, shape } from './values.ts';

const DEFAULT_LEVEL = 11;
const FINEST = 30;
/** Page "geo_polygon_to_s2cells": more cells than this give null. */
const MOST_CELLS = 65_536;

type CellId = bigint;

function cell(value: Value | undefined): CellId | undefined {
  if (typeof value !== 'string' || !/^[0-9a-f]{1,16}$/i.test(value)) return undefined;
  const id = s2.cellid.fromToken(value.toLowerCase());
  return s2.cellid.valid(id) ? id : undefined;
}

const vecOf = (p: { x: number; y: number; z: number }): Vec => [p.x, p.y, p.z];

function corners(id: CellId): Vec[] {
  const found = s2.Cell.fromCellID(id);
  return [0, 1, 2, 3].map((k) => vecOf(found.vertex(k).vector ?? found.vertex(k)));
}

const level = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= FINEST;

function pointToCell([longitude, latitude, wanted]: readonly Value[]): Value {
  const at = point(longitude, latitude);
  const to = numberOr(wanted, DEFAULT_LEVEL);
  if (!at || !level(to)) return '';
  const leaf = s2.cellid.fromLatLng(s2.LatLng.fromDegrees(number(latitude), number(longitude)));
  return s2.cellid.toToken(s2.cellid.parent(leaf, to));
}

/** What a covering covers: points inside, and edges, with everything within a distance (radians) of them. */
interface Target {
  readonly edges: readonly (readonly [Vec, Vec])[];
  readonly radius: number;
  covers(p: Vec): boolean;
}

function edgesCross(a: Vec, b: Vec, c: Vec, d: Vec): boolean {
  const n = cross(a, b);
  const m = cross(c, d);
  const [dc, dd, da, db] = [dot(n, c), dot(n, d), dot(m, a), dot(m, b)];
  if (dc * dd > 0 || da * db > 0) return false;
  // Great circles meet twice; the crossing has to be on the near side of both edges.
  const x = cross(n, m);
  const sign = Math.sign(dot(x, [a[0] + b[0], a[1] + b[1], a[2] + b[2]]));
  return sign !== 0 && sign === Math.sign(dot(x, [c[0] + d[0], c[1] + d[1], c[2] + d[2]]));
}

function insideCell(p: Vec, box: readonly Vec[]): boolean {
  return box.every((a, i) => dot(cross(a, box[(i + 1) % 4] ?? a), p) >= 0);
}

/** Edges that come near enough to a cell to matter there; the others need no look at its children. */
function near(
  edges: readonly (readonly [Vec, Vec])[],
  center: Vec,
  reach: number,
): readonly (readonly [Vec, Vec])[] {
  return edges.filter(([a, b]) => angle(center, nearestOnEdge(center, a, b)) <= reach);
}

function meets(box: readonly Vec[], edges: Target['edges'], target: Target): boolean {
  const sides = box.map((a, i) => [a, box[(i + 1) % 4] ?? a] as const);
  return edges.some(([a, b]) => {
    if (insideCell(a, box) || sides.some(([c, d]) => edgesCross(a, b, c, d))) return true;
    if (target.radius === 0) return false;
    const distances = [
      ...box.map((v) => angle(v, nearestOnEdge(v, a, b))),
      ...sides.map(([c, d]) => angle(a, nearestOnEdge(a, c, d))),
      ...sides.map(([c, d]) => angle(b, nearestOnEdge(b, c, d))),
    ];
    return Math.min(...distances) <= target.radius;
  });
}

/** Cells of one level that meet the target, from the six faces down; undefined for too many. */
function covering(target: Target, to: number): string[] | undefined {
  const found: string[] = [];
  let budget = MOST_CELLS * 4;
  const visit = (id: CellId, edges: Target['edges']): boolean => {
    if (--budget < 0) return false;
    const box = corners(id);
    const center = vecOf(s2.cellid.point(id).vector ?? s2.cellid.point(id));
    const size = Math.max(...box.map((v) => angle(center, v)));
    const close = near(edges, center, size + target.radius);
    const within = close.length === 0 || !meets(box, close, target);
    if (within && !target.covers(center)) return true;
    if (s2.cellid.level(id) >= to) {
      found.push(s2.cellid.toToken(id));
      return found.length <= MOST_CELLS;
    }
    return s2.cellid.children(id).every((child) => visit(child, close));
  };
  for (let face = 0; face < 6; face++)
    if (!visit(s2.cellid.fromFace(face), target.edges)) return undefined;
  return found;
}

function cover(target: Target | undefined, wanted: Value | undefined, radius: number): Value {
  const to = numberOr(wanted, DEFAULT_LEVEL);
  if (!target || !level(to) || !(radius >= 0)) return null;
  return covering(target, to) ?? null;
}

const areaTarget = (area: Area, radius: number): Target => ({
  edges: areaEdges(area),
  radius,
  covers: (p) => covers(area, p),
});

const pathTarget = (path: Path, radius: number): Target => ({
  edges: pathEdges(path),
  radius,
  covers: () => false,
});

function areaToCells([value, wanted, metres]: readonly Value[]): Value {
  const area = areaFromText(value);
  const radius = numberOr(metres, 0) / EARTH_RADIUS;
  return cover(area && areaTarget(area, radius), wanted, radius);
}

function pathToCells([value, wanted, metres]: readonly Value[]): Value {
  const path = pathFromText(value);
  const radius = numberOr(metres, 0) / EARTH_RADIUS;
  return cover(path && pathTarget(path, radius), wanted, radius);
}

const CELL = '"89c259"';
const SQUARE =
  'dynamic({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]})';

export const s2cells: readonly FunctionEntry[] = [
  scalar('geo_point_to_s2cell', { js: { nulls: 'pass', call: pointToCell } }, [
    { kql: 'geo_point_to_s2cell(-73.98, 40.75, 8)', result: '89c25' },
    { kql: 'geo_point_to_s2cell(300, 1, 8)', result: '' },
  ]),
  scalar(
    'geo_s2cell_to_central_point',
    {
      js: {
        call: ([value]) => {
          const id = cell(value);
          if (id === undefined) return null;
          return shape('Point', [
            ...lngLat(vecOf(s2.cellid.point(id).vector ?? s2.cellid.point(id))),
          ]);
        },
      },
    },
    [{ kql: 'geo_s2cell_to_central_point("a")', result: '' }],
  ),
  scalar(
    'geo_s2cell_to_polygon',
    {
      js: {
        call: ([value]) => {
          const id = cell(value);
          if (id === undefined) return null;
          const ring = corners(id).map((v) => [...lngLat(v)]);
          return shape('Polygon', [[...ring, ...ring.slice(0, 1)]]);
        },
      },
    },
    [{ kql: `array_length(geo_s2cell_to_polygon(${CELL}).coordinates[0])`, result: '5' }],
  ),
  scalar(
    'geo_s2cell_neighbors',
    {
      js: {
        call: ([value]) => {
          const id = cell(value);
          if (id === undefined) return null;
          return s2.cellid.allNeighbors(id, s2.cellid.level(id)).map(s2.cellid.toToken);
        },
      },
    },
    [
      { kql: `array_length(geo_s2cell_neighbors(${CELL}))`, result: '8' },
      { kql: 'geo_s2cell_neighbors("a")', result: '' },
    ],
  ),
  scalar('geo_polygon_to_s2cells', { js: { nulls: 'pass', text: [0], call: areaToCells } }, [
    {
      kql: 'array_length(geo_polygon_to_s2cells(dynamic({"type":"Polygon","coordinates":[[[0,0],[0,50],[100,50],[0,0]]]}), 5))',
      result: '286',
    },
    { kql: `geo_polygon_to_s2cells(${SQUARE}, 30)`, result: '' },
  ]),
  scalar('geo_line_to_s2cells', { js: { nulls: 'pass', text: [0], call: pathToCells } }, [
    {
      kql: 'geo_line_to_s2cells(dynamic({"type": "LineString", "coordinates": [[1, 1]]}))',
      result: '',
    },
  ]),
];
