/** A point of the unit sphere. */
export type Vec = readonly [number, number, number];

/** Metres: the sphere that the engine measures on (page "geo_distance_2points"). */
export const EARTH_RADIUS = 6_371_010;

const RADIANS = Math.PI / 180;
const DEGREES = 180 / Math.PI;

export function toVec(longitude: number, latitude: number): Vec {
  const phi = latitude * RADIANS;
  const theta = longitude * RADIANS;
  const c = Math.cos(phi);
  return [Math.cos(theta) * c, Math.sin(theta) * c, Math.sin(phi)];
}

/** Longitude and latitude in degrees. */
export function lngLat([x, y, z]: Vec): readonly [number, number] {
  return [Math.atan2(y, x) * DEGREES, Math.atan2(z, Math.sqrt(x * x + y * y)) * DEGREES];
}

export const validLngLat = (longitude: number, latitude: number): boolean =>
  Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;

export const add = (a: Vec, b: Vec): Vec => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const sub = (a: Vec, b: Vec): Vec => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const scale = (a: Vec, k: number): Vec => [a[0] * k, a[1] * k, a[2] * k];
export const dot = (a: Vec, b: Vec): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a: Vec, b: Vec): Vec => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
export const norm = (a: Vec): number => Math.sqrt(dot(a, a));
export const unit = (a: Vec): Vec => scale(a, 1 / (norm(a) || 1));
export const same = (a: Vec, b: Vec): boolean => a[0] === b[0] && a[1] === b[1] && a[2] === b[2];

/** Radians; exact for near and for opposite points too. */
export const angle = (a: Vec, b: Vec): number => Math.atan2(norm(cross(a, b)), dot(a, b));

/** Unit normal a×b of an edge, on its left; from difference and sum, so that near points keep their digits. */
export const normal = (a: Vec, b: Vec): Vec => unit(cross(sub(a, b), add(a, b)));

/** The point at a share of the way along the shortest edge from a to b. */
export function interpolate(a: Vec, b: Vec, share: number): Vec {
  if (share <= 0) return a;
  if (share >= 1) return b;
  return along(a, b, share * angle(a, b));
}

/** The point at a distance (radians) from a towards b. */
export function along(a: Vec, b: Vec, distance: number): Vec {
  const side = unit(cross(normal(a, b), a));
  return unit(add(scale(a, Math.cos(distance)), scale(side, Math.sin(distance))));
}

/** A point orthogonal to `a`, the one that S2 picks, so that circles begin where the engine's do. */
export function ortho(a: Vec): Vec {
  const largest =
    Math.abs(a[0]) > Math.abs(a[1])
      ? Math.abs(a[0]) > Math.abs(a[2])
        ? 0
        : 2
      : Math.abs(a[1]) > Math.abs(a[2])
        ? 1
        : 2;
  const axis = largest === 0 ? 2 : largest - 1;
  const temp: [number, number, number] = [0.012, 0.0053, 0.00457];
  temp[axis] = 1;
  return unit(cross(a, temp));
}

/** The point of the edge a→b nearest to p. */
export function nearestOnEdge(p: Vec, a: Vec, b: Vec): Vec {
  const n = cross(sub(a, b), add(a, b));
  if (norm(n) === 0) return a;
  const u = unit(n);
  const projected = sub(p, scale(u, dot(p, u)));
  const inside = dot(cross(u, a), projected) > 0 && dot(cross(b, u), projected) > 0;
  if (inside) return unit(projected);
  return norm(sub(p, a)) <= norm(sub(p, b)) ? a : b;
}

/** Clockwise from true north, radians in [0, 2π). */
export function azimuth(from: Vec, to: Vec): number {
  const north: Vec = [0, 0, 1];
  const east = cross(north, from);
  const up = cross(from, east);
  const bearing = Math.atan2(dot(to, unit(east)), dot(to, unit(up)));
  return bearing < 0 ? bearing + 2 * Math.PI : bearing;
}

/** Signed area of a triangle, steradians: positive counterclockwise. Differences keep the digits of small ones. */
export function triangleArea(a: Vec, b: Vec, c: Vec): number {
  const volume = dot(a, cross(sub(b, a), sub(c, a)));
  return 2 * Math.atan2(volume, 1 + dot(a, b) + dot(b, c) + dot(c, a));
}

/** Centroid of a triangle times its signed area (S2's TrueCentroid). */
export function triangleCentroid(a: Vec, b: Vec, c: Vec): Vec {
  const ratio = (p: Vec, q: Vec): number => {
    const t = angle(p, q);
    return t === 0 ? 1 : t / Math.sin(t);
  };
  const [ra, rb, rc] = [ratio(b, c), ratio(c, a), ratio(a, b)];
  const row = (i: 0 | 1 | 2): Vec => [a[i], b[i] - a[i], c[i] - a[i]];
  const [x, y, z] = [row(0), row(1), row(2)];
  const r: Vec = [ra, rb - ra, rc - ra];
  return scale([dot(cross(y, z), r), dot(cross(z, x), r), dot(cross(x, y), r)], 0.5);
}
