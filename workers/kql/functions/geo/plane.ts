import { add, cross, dot, ortho, scale, unit, type Vec } from './sphere.ts';

export type Flat = readonly [number, number];

/**
 * The gnomonic projection about a point: great circles become straight lines, so plane geometry is exact for
 * geodesic edges. It shows what lies less than a quarter of the way around the Earth from its centre.
 */
export class Plane {
  readonly center: Vec;
  private readonly right: Vec;
  private readonly up: Vec;

  constructor(center: Vec) {
    this.center = center;
    this.right = ortho(center);
    this.up = cross(center, this.right);
  }

  /** undefined for points that the plane does not show. */
  project(p: Vec): Flat | undefined {
    const depth = dot(p, this.center);
    if (depth < 0.01) return undefined;
    return [dot(p, this.right) / depth, dot(p, this.up) / depth];
  }

  unproject([x, y]: Flat): Vec {
    return unit(add(this.center, add(scale(this.right, x), scale(this.up, y))));
  }
}

/** A plane in the middle of the points; undefined where they spread over more than it shows. */
export function planeAround(points: readonly Vec[]): Plane | undefined {
  const sum = points.reduce(add, [0, 0, 0] as Vec);
  const plane = new Plane(unit(sum));
  return points.every((p) => plane.project(p) !== undefined) ? plane : undefined;
}

/** Twice the signed area of c to the left of a→b. */
export const turn = (a: Flat, b: Flat, c: Flat): number =>
  (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** Where the segments a→b and c→d cross or touch in one point. */
export function crossing(a: Flat, b: Flat, c: Flat, d: Flat): Flat | undefined {
  const c1 = turn(a, b, c);
  const c2 = turn(a, b, d);
  const d1 = turn(c, d, a);
  const d2 = turn(c, d, b);
  if (c1 === 0 && c2 === 0) return undefined;
  if (c1 * c2 > 0 || d1 * d2 > 0) return undefined;
  const t = d1 / (d1 - d2);
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
}

/** Even-odd: holes are rings like the shell. */
export function insideRings(p: Flat, rings: readonly (readonly Flat[])[]): boolean {
  let inside = false;
  for (const ring of rings) {
    let before = ring.at(-1);
    for (const at of ring) {
      if (before && at[1] > p[1] !== before[1] > p[1]) {
        const x = ((before[0] - at[0]) * (p[1] - at[1])) / (before[1] - at[1]) + at[0];
        if (p[0] < x) inside = !inside;
      }
      before = at;
    }
  }
  return inside;
}
