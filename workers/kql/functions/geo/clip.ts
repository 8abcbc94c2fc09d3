import { intersection, union } from 'polyclip-ts';
import { crossing, type Flat, insideRings, type Plane, planeAround, turn } from './plane.ts';
import {
  type Area,
  areaEdges,
  areaOf,
  lineEdges,
  type Path,
  type Polygon,
  pathEdges,
  type Ring,
  ringArea,
} from './shapes.ts';
import { angle, type Vec } from './sphere.ts';

/** Vertices closer than this (radians, 6 µm) are one: shared borders are computed twice and differ in last digits. */
const SNAP = 1e-12;

type FlatPolygons = [number, number][][][];

/** Shapes in one plane, with coincident vertices made equal and a way back to the vertices they came from. */
class Table {
  readonly plane: Plane;
  private readonly places = new Map<string, { flat: [number, number]; vec: Vec }>();

  constructor(plane: Plane) {
    this.plane = plane;
  }

  flat(v: Vec): [number, number] {
    const [x, y] = this.plane.project(v) ?? [0, 0];
    const column = Math.round(x / SNAP / 4);
    const row = Math.round(y / SNAP / 4);
    for (let i = -1; i <= 1; i++)
      for (let j = -1; j <= 1; j++) {
        const near = this.places.get(`${column + i},${row + j}`);
        if (near && Math.hypot(near.flat[0] - x, near.flat[1] - y) <= SNAP) return near.flat;
      }
    const flat: [number, number] = [x, y];
    this.places.set(`${column},${row}`, { flat, vec: v });
    return flat;
  }

  vec(flat: Flat): Vec {
    const key = `${Math.round(flat[0] / SNAP / 4)},${Math.round(flat[1] / SNAP / 4)}`;
    const known = this.places.get(key);
    if (known && Math.hypot(known.flat[0] - flat[0], known.flat[1] - flat[1]) <= SNAP)
      return known.vec;
    return this.plane.unproject(flat);
  }
}

const flatten = (polygons: readonly Polygon[], table: Table): FlatPolygons =>
  polygons.map((p) => p.rings.map((ring) => ring.map((v) => table.flat(v))));

/**
 * Union of all areas; undefined where they spread too wide for a plane. The two with the fewest vertices are
 * joined first, as S2 does it: that decides the order of the result.
 */
export function unionOf(areas: readonly Area[]): readonly Polygon[] | undefined {
  const polygons = areas.flatMap((a) => a.polygons);
  if (polygons.length < 2) return polygons;
  const plane = planeAround(polygons.flatMap((p) => p.rings.flat()));
  if (!plane) return undefined;
  const table = new Table(plane);
  const queue = polygons
    .map((p) => ({ size: p.rings.flat().length, shape: flatten([p], table) }))
    .sort((x, y) => x.size - y.size);
  for (let a = queue.shift(), b = queue.shift(); a; a = queue.shift(), b = queue.shift()) {
    if (!b) return unflatten(a.shape, table);
    const shape = tidy(union(a.shape, b.shape), [...a.shape, ...b.shape]);
    const size = a.size + b.size;
    const place = queue.findIndex((other) => other.size > size);
    queue.splice(place < 0 ? queue.length : place, 0, { size, shape });
  }
  return [];
}

export function intersectionOf(
  a: Area,
  b: Area,
): { polygons: readonly Polygon[]; points: readonly Vec[] } | undefined {
  const polygons = [...a.polygons, ...b.polygons];
  const plane = planeAround(polygons.flatMap((p) => p.rings.flat()));
  if (!plane) return undefined;
  const table = new Table(plane);
  const [left, right] = [flatten(a.polygons, table), flatten(b.polygons, table)];
  const common = unflatten(tidy(intersection(left, right), [...left, ...right]), table);
  return { polygons: common, points: touches(left, right, common, table) };
}

/** Vertices of one shape on the border of the other, apart from those of the common area. */
function touches(
  left: FlatPolygons,
  right: FlatPolygons,
  common: readonly Polygon[],
  table: Table,
): readonly Vec[] {
  const covered = areaOf(common);
  const found = new Map<string, Vec>();
  const check = (from: FlatPolygons, to: FlatPolygons): void => {
    for (const p of from.flat(2)) {
      const onBorder = to
        .flat()
        .some((ring) => ring.some((q, i) => onSegment(p, q, ring[(i + 1) % ring.length] ?? q)));
      const v = table.vec(p);
      if (onBorder && !nearArea(covered, v)) found.set(p.join(), v);
    }
  };
  check(left, right);
  check(right, left);
  return [...found.values()];
}

const nearArea = (area: Area, v: Vec): boolean =>
  areaEdges(area).some(([a]) => angle(a, v) <= 4 * SNAP);

function onSegment(p: Flat, a: Flat, b: Flat): boolean {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  if (length === 0 || Math.abs(turn(a, b, p)) / length > SNAP) return false;
  const t = ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / (length * length);
  return t >= -SNAP && t <= 1 + SNAP;
}

/** Slivers dropped, shells counterclockwise, rings and polygons in the order in which S2 writes them. */
function tidy(result: FlatPolygons, inputs: FlatPolygons): FlatPolygons {
  const edges = inputs
    .flat()
    .flatMap((ring) => ring.map((p, i) => [p, ring[(i + 1) % ring.length] ?? p] as const));
  return result
    .map((rings) =>
      rings
        .map(withoutRepeats)
        .filter((ring) => ring.length >= 3 && Math.abs(flatArea(ring)) > SNAP * SNAP)
        .map((ring, i) => (flatArea(ring) > 0 === (i === 0) ? ring : [...ring].reverse()))
        .map((ring) => canonical(ring, edges)),
    )
    .filter((rings) => rings.length > 0)
    .sort((a, b) => (a[0]?.source ?? 0) - (b[0]?.source ?? 0))
    .map((rings) => rings.map((r) => r.ring));
}

/** Back on the sphere. */
const unflatten = (polygons: FlatPolygons, table: Table): Polygon[] =>
  polygons.map((rings) => ({ rings: rings.map((ring) => ring.map((p) => table.vec(p))) }));

function withoutRepeats(ring: readonly [number, number][]): [number, number][] {
  return ring.filter((p, i) => {
    const before = ring[(i + ring.length - 1) % ring.length];
    return !before || Math.hypot(p[0] - before[0], p[1] - before[1]) > SNAP;
  });
}

function flatArea(ring: readonly Flat[]): number {
  let sum = 0;
  ring.forEach((p, i) => {
    const q = ring[(i + 1) % ring.length] ?? p;
    sum += p[0] * q[1] - q[0] * p[1];
  });
  return sum / 2;
}

/** The order in which S2 writes a loop: it ends with the edge that came in last. */
function canonical(
  ring: [number, number][],
  edges: readonly (readonly [Flat, Flat])[],
): { readonly ring: [number, number][]; readonly source: number } {
  if (ring.length * edges.length > 2_000_000) return { ring, source: 0 };
  let last = -1;
  let at = 0;
  ring.forEach((p, i) => {
    const q = ring[(i + 1) % ring.length] ?? p;
    const middle: Flat = [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
    const source = edges.findLastIndex(([a, b]) => onSegment(middle, a, b));
    if (source >= last) [last, at] = [source, i];
  });
  const start = (at + 1) % ring.length;
  return { ring: [...ring.slice(start), ...ring.slice(0, start)], source: last };
}

/** The parts of a path inside an area, and points where it only touches. */
export function pathInArea(path: Path, area: Area): { lines: Vec[][]; points: Vec[] } | undefined {
  const plane = planeAround([
    ...path.lines.flat(),
    ...area.polygons.flatMap((p) => p.rings.flat()),
  ]);
  if (!plane) return undefined;
  const project = (v: Vec): Flat => plane.project(v) ?? [0, 0];
  const rings = area.polygons.map((p) => p.rings.map((ring) => ring.map(project)));
  const borders = rings
    .flat()
    .flatMap((ring) => ring.map((p, i) => [p, ring[(i + 1) % ring.length] ?? p] as const));
  const inside = (p: Flat): boolean => rings.some((r) => insideRings(p, r));
  const lines: Vec[][] = [];
  const touching: Vec[] = [];
  for (const line of path.lines) {
    let current: Vec[] = [];
    const flush = (): void => {
      if (current.length > 1) lines.push(current);
      current = [];
    };
    for (const [from, to] of lineEdges(line)) {
      const a = project(from);
      const b = project(to);
      const cuts = borders.flatMap(([c, d]) => {
        const p = crossing(a, b, c, d);
        return p ? [share(a, b, p)] : [];
      });
      const stops = [...new Set([0, ...cuts, 1])].sort((x, y) => x - y);
      let insideAny = false;
      for (let i = 0; i + 1 < stops.length; i++) {
        const [s, t] = [stops[i] ?? 0, stops[i + 1] ?? 1];
        if (t - s < SNAP) continue;
        if (!inside(at(a, b, (s + t) / 2))) {
          flush();
          continue;
        }
        insideAny = true;
        if (current.length === 0) current.push(s === 0 ? from : plane.unproject(at(a, b, s)));
        current.push(t === 1 ? to : plane.unproject(at(a, b, t)));
      }
      if (!insideAny) for (const cut of cuts) touching.push(plane.unproject(at(a, b, cut)));
    }
    flush();
  }
  const loose = touching.filter(
    (p) => !lines.some((line) => line.some((v) => angle(v, p) <= 4 * SNAP)),
  );
  return { lines, points: distinct(loose) };
}

const at = (a: Flat, b: Flat, t: number): Flat => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
];

const share = (a: Flat, b: Flat, p: Flat): number =>
  Math.abs(b[0] - a[0]) > Math.abs(b[1] - a[1])
    ? (p[0] - a[0]) / (b[0] - a[0])
    : (p[1] - a[1]) / (b[1] - a[1]);

function distinct(points: readonly Vec[]): Vec[] {
  const kept: Vec[] = [];
  for (const p of points) if (!kept.some((q) => angle(p, q) <= 4 * SNAP)) kept.push(p);
  return kept;
}

/** Points where two paths cross, and stretches that they share. */
export function pathsInCommon(a: Path, b: Path): { lines: Vec[][]; points: Vec[] } | undefined {
  const plane = planeAround([...a.lines.flat(), ...b.lines.flat()]);
  if (!plane) return undefined;
  const project = (v: Vec): Flat => plane.project(v) ?? [0, 0];
  const points: Vec[] = [];
  const stretches: (readonly [Vec, Vec])[] = [];
  for (const [p, q] of pathEdges(a)) {
    const [fp, fq] = [project(p), project(q)];
    for (const [r, s] of pathEdges(b)) {
      const [fr, fs] = [project(r), project(s)];
      if (onLine(fr, fp, fq) && onLine(fs, fp, fq)) {
        const [t1, t2] = [share(fp, fq, fr), share(fp, fq, fs)];
        const low = Math.max(0, Math.min(t1, t2));
        const high = Math.min(1, Math.max(t1, t2));
        if (high - low > SNAP)
          stretches.push([plane.unproject(at(fp, fq, low)), plane.unproject(at(fp, fq, high))]);
        else if (high >= low) points.push(plane.unproject(at(fp, fq, low)));
      } else {
        const met = crossing(fp, fq, fr, fs);
        if (met) points.push(plane.unproject(met));
      }
    }
  }
  const lines = chained(stretches);
  const loose = points.filter(
    (p) => !lines.some((line) => line.some((v) => angle(v, p) <= 4 * SNAP)),
  );
  return { lines, points: distinct(loose) };
}

function onLine(p: Flat, a: Flat, b: Flat): boolean {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  return length > 0 && Math.abs(turn(a, b, p)) / length <= SNAP;
}

/** Edges without their repeats, joined into lines as long as they can be. */
export function chained(edges: readonly (readonly [Vec, Vec])[]): Vec[][] {
  const key = (v: Vec): string => v.map((c) => Math.round(c / SNAP / 4)).join();
  const kept = new Map<string, readonly [Vec, Vec]>();
  for (const [a, b] of edges) {
    const name = [key(a), key(b)].sort().join('|');
    if (!kept.has(name)) kept.set(name, [a, b]);
  }
  const degree = new Map<string, number>();
  for (const [a, b] of kept.values())
    for (const v of [a, b]) degree.set(key(v), (degree.get(key(v)) ?? 0) + 1);
  const lines: Vec[][] = [];
  for (const [a, b] of kept.values()) {
    const line = lines.find((l) => {
      const end = l.at(-1);
      return end !== undefined && key(end) === key(a) && degree.get(key(a)) === 2;
    });
    if (line) line.push(b);
    else lines.push([a, b]);
  }
  return lines;
}

/** Whether two areas share a point. */
export function areasMeet(a: Area, b: Area): boolean | undefined {
  const found = intersectionOf(a, b);
  return found && (found.polygons.length > 0 || found.points.length > 0);
}

/** A simple polygon's rings turned the right way. */
export function oriented(rings: readonly Ring[]): Polygon {
  return {
    rings: rings.map((ring, i) => (ringArea(ring) > 0 === (i === 0) ? ring : [...ring].reverse())),
  };
}
