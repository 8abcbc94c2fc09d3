import type { Path, Polygon, Ring } from './shapes.ts';
import {
  angle,
  EARTH_RADIUS,
  interpolate,
  lngLat,
  nearestOnEdge,
  toVec,
  type Vec,
} from './sphere.ts';

/** Douglas and Peucker on the sphere: what is left is nowhere farther from the old chain than the tolerance (metres). */
export function simplified(points: readonly Vec[], tolerance: number): Vec[] {
  const keep = new Set([0, points.length - 1]);
  const limit = tolerance / EARTH_RADIUS;
  const open: [number, number][] = [[0, points.length - 1]];
  for (let range = open.pop(); range; range = open.pop()) {
    const [from, to] = range;
    const a = points[from];
    const b = points[to];
    let farthest = -1;
    let distance = limit;
    for (let i = from + 1; i < to; i++) {
      const p = points[i];
      if (!p || !a || !b) continue;
      const d = angle(p, nearestOnEdge(p, a, b));
      if (d > distance) [farthest, distance] = [i, d];
    }
    if (farthest < 0) continue;
    keep.add(farthest);
    open.push([from, farthest], [farthest, to]);
  }
  return points.filter((_, i) => keep.has(i));
}

/** A ring, cut at its first vertex and the one farthest from it; undefined where fewer than three are left. */
export function simplifiedRing(ring: Ring, tolerance: number): Ring | undefined {
  const [first] = ring;
  if (!first) return undefined;
  let far = 0;
  ring.forEach((p, i) => {
    if (angle(first, p) > angle(first, ring[far] ?? first)) far = i;
  });
  const there = simplified(ring.slice(0, far + 1), tolerance);
  const back = simplified([...ring.slice(far), first], tolerance);
  const out = [...there, ...back.slice(1, -1)];
  return out.length >= 3 ? out : undefined;
}

export function simplifiedPolygons(polygons: readonly Polygon[], tolerance: number): Polygon[] {
  return polygons.flatMap((polygon) => {
    const [shell, ...holes] = polygon.rings.map((ring) => simplifiedRing(ring, tolerance));
    if (!shell) return [];
    return [{ rings: [shell, ...holes.filter((hole): hole is Ring => hole !== undefined)] }];
  });
}

/** S2's edge tessellator: the error is looked at where it is greatest, and the tolerance set against that. */
const PROBE = 0.31215691082248315;
const PROBE_SCALE = 0.8382999256988851;

/** Points on the straight line of the map between two places, near enough for geodesics between them. */
function densifiedEdge(a: Vec, b: Vec, tolerance: number): Vec[] {
  const [aLng, aLat] = lngLat(a);
  const [bLngRaw, bLat] = lngLat(b);
  const span = bLngRaw - aLng;
  const bLng = bLngRaw + (span > 180 ? -360 : span < -180 ? 360 : 0);
  const onMap = (t: number): Vec => toVec(aLng + (bLng - aLng) * t, aLat + (bLat - aLat) * t);
  const limit = (tolerance * PROBE_SCALE) / EARTH_RADIUS;
  const out: Vec[] = [];
  const split = (from: number, to: number, depth: number): void => {
    const p = onMap(from);
    const q = onMap(to);
    const error = (t: number): number => angle(interpolate(p, q, t), onMap(from + (to - from) * t));
    const wide = angle(p, q) > Math.PI / 2;
    if (depth < 24 && (wide || Math.max(error(PROBE), error(1 - PROBE)) > limit)) {
      const middle = (from + to) / 2;
      split(from, middle, depth + 1);
      split(middle, to, depth + 1);
    } else out.push(to === 1 ? b : q);
  };
  split(0, 1, 0);
  return out;
}

export function densified(points: readonly Vec[], tolerance: number): Vec[] {
  const [first] = points;
  if (!first) return [];
  return [first, ...points.slice(1).flatMap((b, i) => densifiedEdge(points[i] ?? b, b, tolerance))];
}

export function densifiedPolygon(polygon: Polygon, tolerance: number): Polygon {
  return {
    rings: polygon.rings.map((ring) =>
      densified([...ring, ...ring.slice(0, 1)], tolerance).slice(0, -1),
    ),
  };
}

export function simplifiedPath(path: Path, tolerance: number): Path {
  return { lines: path.lines.map((line) => simplified(line, tolerance)) };
}
