import type { Dynamic } from '../define.ts';
import { isArray, isBag, readJson } from '../value/dynamic.ts';
import { type Flat, insideRings, Plane, planeAround } from './plane.ts';
import {
  add,
  angle,
  dot,
  lngLat,
  same,
  toVec,
  triangleArea,
  unit,
  type Vec,
  validLngLat,
} from './sphere.ts';

/** Open ring: the last vertex is not the first again. */
export type Ring = readonly Vec[];

/** Rings of one polygon: the shell counterclockwise, then its holes clockwise. */
export interface Polygon {
  readonly rings: readonly Ring[];
}

/** One or more polygons, with what point tests need. */
export interface Area {
  readonly polygons: readonly Polygon[];
  readonly plane: Plane | undefined;
  readonly flat: readonly (readonly (readonly Flat[])[])[];
}

/** One or more lines of two points and more. */
export interface Path {
  readonly lines: readonly (readonly Vec[])[];
}

function readPoint(value: Dynamic | undefined): Vec | undefined {
  if (!isArray(value) || value.length < 2) return undefined;
  const [longitude, latitude] = value;
  if (typeof longitude !== 'number' && typeof longitude !== 'bigint') return undefined;
  if (typeof latitude !== 'number' && typeof latitude !== 'bigint') return undefined;
  const lng = Number(longitude);
  const lat = Number(latitude);
  return validLngLat(lng, lat) ? toVec(lng, lat) : undefined;
}

function readPoints(value: Dynamic | undefined): Vec[] | undefined {
  if (!isArray(value)) return undefined;
  const points: Vec[] = [];
  for (const item of value) {
    const point = readPoint(item);
    if (!point) return undefined;
    points.push(point);
  }
  return points;
}

function readAll<T>(
  value: Dynamic | undefined,
  read: (item: Dynamic) => T | undefined,
): T[] | undefined {
  if (!isArray(value) || value.length === 0) return undefined;
  const all: T[] = [];
  for (const item of value) {
    const one = read(item);
    if (one === undefined) return undefined;
    all.push(one);
  }
  return all;
}

function readLine(value: Dynamic | undefined): Vec[] | undefined {
  const points = readPoints(value);
  if (!points || points.length < 2) return undefined;
  const opposite = points.some((p, i) => i > 0 && dot(p, points[i - 1] ?? p) <= -1 + 1e-15);
  return opposite ? undefined : points;
}

/** A ring's vertices are distinct, the first comes again at the end, and there are three or more. */
function readRing(value: Dynamic | undefined): Vec[] | undefined {
  const points = readPoints(value);
  const first = points?.[0];
  const last = points?.at(-1);
  if (!points || points.length < 4 || !first || !last || !same(first, last)) return undefined;
  const ring = points.slice(0, -1);
  const seen = new Set(ring.map((p) => p.join()));
  return seen.size === ring.length ? ring : undefined;
}

/** Signed area: positive counterclockwise. */
export function ringArea(ring: Ring): number {
  const [a] = ring;
  let sum = 0;
  for (let i = 1; i + 1 < ring.length; i++) {
    const b = ring[i];
    const c = ring[i + 1];
    if (a && b && c) sum += triangleArea(a, b, c);
  }
  return sum;
}

/** Of the two sides of a ring the smaller one is meant, whichever way it runs (page "geo_polygon_area"). */
function readPolygonRings(value: Dynamic | undefined): Polygon | undefined {
  const rings = readAll(value, readRing);
  if (!rings) return undefined;
  return {
    rings: rings.map((ring, i) => {
      const counterclockwise = ringArea(ring) > 0;
      return counterclockwise === (i === 0) ? ring : [...ring].reverse();
    }),
  };
}

export function areaOf(polygons: readonly Polygon[]): Area {
  const plane = planeAround(polygons.flatMap((p) => p.rings.flat()));
  const flat = plane
    ? polygons.map((p) => p.rings.map((ring) => ring.map((v): Flat => plane.project(v) ?? [0, 0])))
    : [];
  return { polygons, plane, flat };
}

export function covers(area: Area, point: Vec): boolean {
  if (!area.plane) return area.polygons.some((p) => winds(p, point));
  const flat = area.plane.project(point);
  return flat !== undefined && area.flat.some((rings) => insideRings(flat, rings));
}

/**
 * Whether the shell goes around a point and no hole does: for shapes too wide for a plane. Seen from the other side of
 * the Earth a ring goes around too, but the other way.
 */
function winds(polygon: Polygon, point: Vec): boolean {
  const plane = new Plane(point);
  const [shell = 0, ...holes] = polygon.rings.map((ring) => turnsAround(plane, ring));
  return shell > Math.PI && holes.every((hole) => hole > -Math.PI);
}

/** 2π for a ring that runs counterclockwise around the plane's centre, -2π for a clockwise one, else 0. */
function turnsAround(plane: Plane, ring: Ring): number {
  let sum = 0;
  for (const [v, next] of ringEdges(ring)) {
    let step = direction(plane, next) - direction(plane, v);
    if (step > Math.PI) step -= 2 * Math.PI;
    if (step < -Math.PI) step += 2 * Math.PI;
    sum += step;
  }
  return sum;
}

function direction(plane: Plane, v: Vec): number {
  const near = unit(add(plane.center, unit(add(v, plane.center))));
  const flat = plane.project(near) ?? [1, 0];
  return Math.atan2(flat[1], flat[0]);
}

export function readArea(value: Dynamic | undefined): Area | undefined {
  if (!isBag(value)) return undefined;
  const { type, coordinates } = value;
  const one = type === 'Polygon' ? readPolygonRings(coordinates) : undefined;
  const polygons = type === 'MultiPolygon' ? readAll(coordinates, readPolygonRings) : one && [one];
  return polygons && areaOf(polygons);
}

export function readPath(value: Dynamic | undefined): Path | undefined {
  if (!isBag(value)) return undefined;
  const { type, coordinates } = value;
  const one = type === 'LineString' ? readLine(coordinates) : undefined;
  const lines = type === 'MultiLineString' ? readAll(coordinates, readLine) : one && [one];
  return lines && { lines };
}

/** Shapes by their text: a lookup meets the same few again and again. */
function remembered<T>(read: (value: Dynamic) => T | undefined): (text: unknown) => T | undefined {
  const known = new Map<string, T | undefined>();
  return (text) => {
    if (typeof text !== 'string') return undefined;
    if (known.has(text)) return known.get(text);
    if (known.size >= 500) known.clear();
    const shape = read(readJson(text) ?? null);
    known.set(text, shape);
    return shape;
  };
}

export const areaFromText = remembered(readArea);
export const pathFromText = remembered(readPath);

export const pointJson = (p: Vec): Dynamic => ({ type: 'Point', coordinates: [...lngLat(p)] });

const positions = (points: readonly Vec[]): Dynamic => points.map((p) => [...lngLat(p)]);

const closed = (ring: Ring): Dynamic => positions([...ring, ...ring.slice(0, 1)]);

export function polygonsJson(polygons: readonly Polygon[]): Dynamic {
  const coordinates = polygons.map((p) => p.rings.map(closed));
  if (coordinates.length === 0) return { type: 'GeometryCollection', geometries: [] };
  if (coordinates.length === 1) return { type: 'Polygon', coordinates: coordinates[0] ?? [] };
  return { type: 'MultiPolygon', coordinates };
}

export function linesJson(lines: readonly (readonly Vec[])[]): Dynamic {
  if (lines.length === 0) return { type: 'GeometryCollection', geometries: [] };
  const coordinates = lines.map(positions);
  if (coordinates.length === 1) return { type: 'LineString', coordinates: coordinates[0] ?? [] };
  return { type: 'MultiLineString', coordinates };
}

export function pointsJson(points: readonly Vec[]): Dynamic {
  const [only] = points;
  if (points.length === 1 && only) return pointJson(only);
  return { type: 'MultiPoint', coordinates: positions(points) };
}

/** What an intersection leaves: one kind as its own shape, several as a collection, none as an empty one. */
export function mixedJson(
  points: readonly Vec[],
  lines: readonly (readonly Vec[])[],
  polygons: readonly Polygon[],
): Dynamic {
  const parts: Dynamic[] = [];
  if (points.length > 0) parts.push(pointsJson(points));
  if (lines.length > 0) parts.push(linesJson(lines));
  if (polygons.length > 0) parts.push(polygonsJson(polygons));
  if (parts.length === 1) return parts[0] ?? null;
  return { type: 'GeometryCollection', geometries: parts };
}

/** Edges of rings as pairs of vertices. */
export function ringEdges(ring: Ring): readonly (readonly [Vec, Vec])[] {
  return ring.map((v, i) => [v, ring[(i + 1) % ring.length] ?? v] as const);
}

export function lineEdges(line: readonly Vec[]): readonly (readonly [Vec, Vec])[] {
  return line.slice(1).map((v, i) => [line[i] ?? v, v] as const);
}

export const areaEdges = (area: Area): readonly (readonly [Vec, Vec])[] =>
  area.polygons.flatMap((p) => p.rings.flatMap(ringEdges));

export const pathEdges = (path: Path): readonly (readonly [Vec, Vec])[] =>
  path.lines.flatMap(lineEdges);

/** Radians. */
export const lengthOf = (edges: readonly (readonly [Vec, Vec])[]): number =>
  edges.reduce((sum, [a, b]) => sum + angle(a, b), 0);
