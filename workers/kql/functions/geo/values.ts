import type { Dynamic, Value } from '../define.ts';
import { toVec, type Vec, validLngLat } from './sphere.ts';

/** NaN where the argument is missing or null. */
export const number = (value: Value | undefined): number =>
  typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;

/** An optional number; undefined in, the default out. A null stays invalid. */
export const numberOr = (value: Value | undefined, otherwise: number): number =>
  value === undefined ? otherwise : number(value);

/** undefined where the coordinates are outside [-180, 180] and [-90, 90]. */
export function point(longitude: Value | undefined, latitude: Value | undefined): Vec | undefined {
  const lng = number(longitude);
  const lat = number(latitude);
  return validLngLat(lng, lat) ? toVec(lng, lat) : undefined;
}

export const shape = (type: string, coordinates: Dynamic): Dynamic => ({ type, coordinates });

export const isTrue = (value: Value | undefined): boolean =>
  value === true || (number(value) !== 0 && !Number.isNaN(number(value)));
