import { unionOf } from './clip.ts';
import { type Area, areaOf, type Path, type Polygon, type Ring, ringEdges } from './shapes.ts';
import {
  add,
  angle,
  cross,
  dot,
  EARTH_RADIUS,
  normal,
  ortho,
  scale,
  unit,
  type Vec,
} from './sphere.ts';

/** Angle between two vertices of a circle (metres) whose edges stay within the tolerance, on the sphere. */
function stepOf(radius: number, tolerance: number): number {
  return (
    2 * Math.acos(Math.tan((radius - tolerance) / EARTH_RADIUS) / Math.tan(radius / EARTH_RADIUS))
  );
}

/** Tolerance as the page "geo_point_buffer" has it: not below a millionth of the radius, nor above the radius. */
export function usableTolerance(radius: number, tolerance: number): number | undefined {
  if (!(radius > 0) || !Number.isFinite(radius) || !(tolerance > 0) || tolerance < radius * 1e-6)
    return undefined;
  return Math.min(tolerance, radius * 0.999);
}

/** A regular polygon around a point; it begins where S2's frame of that point begins. */
export function circle(center: Vec, radius: number, tolerance: number): Ring {
  const vertices = Math.max(3, Math.ceil((2 * Math.PI) / stepOf(radius, tolerance)));
  const right = ortho(center);
  const up = cross(center, right);
  const r = radius / EARTH_RADIUS;
  return Array.from({ length: vertices }, (_, i) => {
    const turn = (2 * Math.PI * i) / vertices;
    const side = add(scale(right, Math.cos(turn)), scale(up, Math.sin(turn)));
    return unit(add(scale(center, Math.cos(r)), scale(side, Math.sin(r))));
  });
}

interface Pen {
  /** Radians. */
  readonly radius: number;
  readonly step: number;
}

/** From p, sideways along the unit direction. */
const moved = (p: Vec, direction: Vec, pen: Pen): Vec =>
  unit(add(scale(p, Math.cos(pen.radius)), scale(direction, Math.sin(pen.radius))));

/** Counterclockwise around p from one direction to another, both included. */
function arc(p: Vec, from: Vec, to: Vec, pen: Pen): Vec[] {
  const side = cross(p, from);
  let sweep = Math.atan2(dot(to, side), dot(to, from));
  if (sweep < 0) sweep += 2 * Math.PI;
  const out: Vec[] = [];
  for (let turn = 0; turn < sweep - 1e-12; turn += pen.step)
    out.push(moved(p, unit(add(scale(from, Math.cos(turn)), scale(side, Math.sin(turn)))), pen));
  out.push(moved(p, to, pen));
  return out;
}

const opposite = (v: Vec): Vec => scale(v, -1);

/** The outline of one edge with round ends: first the cap around its beginning. */
function capsule(a: Vec, b: Vec, pen: Pen): Ring {
  const left = normal(a, b);
  return [...arc(a, left, opposite(left), pen), ...arc(b, opposite(left), left, pen)];
}

/** A shell that turns left at every corner keeps its order when it grows. */
function isConvex(ring: Ring): boolean {
  const edges = ringEdges(ring);
  return edges.every(([a, b], i) => {
    const [, c] = edges[(i + 1) % edges.length] ?? [a, b];
    return dot(normal(a, b), c) > 0;
  });
}

function grownConvex(ring: Ring, pen: Pen): Ring {
  const edges = ringEdges(ring);
  const out: Vec[] = [];
  edges.forEach(([a, b], i) => {
    const [c, d] = edges[(i + 1) % edges.length] ?? [a, b];
    const corner = arc(c, opposite(normal(a, b)), opposite(normal(c, d)), pen);
    out.push(...corner);
  });
  const last = out.pop();
  return last ? [last, ...out] : out;
}

const penOf = (radius: number, tolerance: number): Pen => ({
  radius: radius / EARTH_RADIUS,
  step: stepOf(radius, tolerance),
});

/** Corners of a path: the outer side of each turn, as a fan around the vertex. */
function fans(points: readonly Vec[], pen: Pen): Ring[] {
  return points.slice(1, -1).map((p, i) => {
    const before = normal(points[i] ?? p, p);
    const after = normal(p, points[i + 2] ?? p);
    const turnsLeft = dot(before, points[i + 2] ?? p) > 0;
    return turnsLeft
      ? [p, ...arc(p, opposite(before), opposite(after), pen)]
      : [p, ...arc(p, after, before, pen)];
  });
}

function strip(a: Vec, b: Vec, pen: Pen): Ring {
  const left = normal(a, b);
  return [
    moved(a, opposite(left), pen),
    moved(b, opposite(left), pen),
    moved(b, left, pen),
    moved(a, left, pen),
  ];
}

function cap(p: Vec, other: Vec, pen: Pen): Ring {
  const left = normal(p, other);
  return arc(p, left, opposite(left), pen);
}

const asArea = (ring: Ring): Area => areaOf([{ rings: [ring] }]);

/** Everything within the radius (metres) of a path. */
export function pathBuffer(
  path: Path,
  radius: number,
  tolerance: number,
): readonly Polygon[] | undefined {
  const pen = penOf(radius, tolerance);
  const pieces: Area[] = [];
  for (const line of path.lines) {
    const points = line.filter((p, i) => i === 0 || angle(p, line[i - 1] ?? p) > 0);
    const [first, second] = points;
    const last = points.at(-1);
    const beforeLast = points.at(-2);
    if (!first) continue;
    if (!second || !last || !beforeLast) pieces.push(asArea(circle(first, radius, tolerance)));
    else if (points.length === 2) pieces.push(asArea(capsule(first, second, pen)));
    else {
      pieces.push(asArea(cap(first, second, pen)), asArea(cap(last, beforeLast, pen)));
      points.slice(1).forEach((b, i) => {
        pieces.push(asArea(strip(points[i] ?? b, b, pen)));
      });
      pieces.push(...fans(points, pen).map(asArea));
    }
  }
  return unionOf(pieces);
}

/** Everything within the radius (metres) of an area. */
export function areaBuffer(
  area: Area,
  radius: number,
  tolerance: number,
): readonly Polygon[] | undefined {
  const pen = penOf(radius, tolerance);
  const [only] = area.polygons;
  const [shell] = only?.rings ?? [];
  if (area.polygons.length === 1 && only?.rings.length === 1 && shell && isConvex(shell))
    return [{ rings: [grownConvex(shell, pen)] }];
  const borders = area.polygons.flatMap((p) => p.rings.flatMap(ringEdges));
  return unionOf([area, ...borders.map(([a, b]) => asArea(capsule(a, b, pen)))]);
}
