import { type Dynamic, type FunctionEntry, scalar, type Value } from '../define.ts';
import { validLngLat } from './sphere.ts';
import { number, shape } from './values.ts';

const DIGITS = '0123456789bcdefghjkmnpqrstuvwxyz';
const LONGEST = 18;

interface Box {
  readonly west: number;
  readonly south: number;
  readonly width: number;
  readonly height: number;
}

export function encode(longitude: number, latitude: number, length: number): string {
  let [west, east, south, north] = [-180, 180, -90, 90];
  let text = '';
  let bits = 0;
  let digit = 0;
  for (let i = 0; text.length < length; i++) {
    if (i % 2 === 0) {
      const middle = (west + east) / 2;
      const upper = longitude >= middle;
      digit = digit * 2 + (upper ? 1 : 0);
      if (upper) west = middle;
      else east = middle;
    } else {
      const middle = (south + north) / 2;
      const upper = latitude >= middle;
      digit = digit * 2 + (upper ? 1 : 0);
      if (upper) south = middle;
      else north = middle;
    }
    if (++bits === 5) {
      text += DIGITS[digit];
      bits = 0;
      digit = 0;
    }
  }
  return text;
}

/** A geohash of one letter covers an eighth of the Earth: too wide to be a polygon, and refused as the engine does. */
function decode(hash: string, shortest: number): Box | undefined {
  if (hash.length < shortest || hash.length > LONGEST) return undefined;
  let [west, south, width, height] = [-180, -90, 360, 180];
  let even = true;
  for (const letter of hash) {
    const digit = DIGITS.indexOf(letter);
    if (digit < 0) return undefined;
    for (let bit = 4; bit >= 0; bit--) {
      const upper = Math.floor(digit / 2 ** bit) % 2;
      if (even) {
        width /= 2;
        west += width * upper;
      } else {
        height /= 2;
        south += height * upper;
      }
      even = !even;
    }
  }
  return { west, south, width, height };
}

/** North, south, west and east of it, then the corners; fewer at the poles. */
function neighbors(hash: string): Dynamic {
  const box = decode(hash, 1);
  if (!box) return null;
  const steps = [
    [-1, 0],
    [-1, -1],
    [0, -1],
    [1, -1],
    [1, 1],
    [1, 0],
    [0, 1],
    [-1, 1],
  ] as const;
  return steps.flatMap(([dx, dy]) => {
    const latitude = box.south + box.height * (dy + 0.5);
    if (Math.abs(latitude) > 90) return [];
    const longitude = box.west + box.width * (dx + 0.5);
    const wrapped =
      longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;
    return [encode(wrapped, latitude, hash.length)];
  });
}

function polygon(hash: string): Dynamic {
  const box = decode(hash, 2);
  if (!box) return null;
  const { west, south } = box;
  const east = west + box.width;
  const north = south + box.height;
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return { type: 'Polygon', coordinates: [ring] };
}

function pointToHash([longitude, latitude, accuracy]: readonly Value[]): Value {
  const lng = number(longitude);
  const lat = number(latitude);
  const length = accuracy === undefined ? 5 : number(accuracy);
  if (!validLngLat(lng, lat) || !Number.isInteger(length) || length < 1 || length > LONGEST)
    return '';
  return encode(lng, lat, length);
}

export const geohash: readonly FunctionEntry[] = [
  scalar('geo_point_to_geohash', { js: { nulls: 'pass', call: pointToHash } }, [
    { kql: 'geo_point_to_geohash(-80.195829, 25.802215, 8)', result: 'dhwfz15h' },
    { kql: 'geo_point_to_geohash(200, 1, 8)', result: '' },
  ]),
  scalar(
    'geo_geohash_to_central_point',
    {
      js: {
        call: ([hash]) => {
          const box = decode(String(hash), 1);
          if (!box) return null;
          return shape('Point', [box.west + box.width / 2, box.south + box.height / 2]);
        },
      },
    },
    [{ kql: 'geo_geohash_to_central_point("s").coordinates', result: '[22.5,22.5]' }],
  ),
  scalar('geo_geohash_to_polygon', { js: { call: ([hash]) => polygon(String(hash)) } }, [
    {
      kql: 'geo_geohash_to_polygon("dr5ru").coordinates[0][0]',
      result: '[-74.00390625,40.7373046875]',
    },
    { kql: 'geo_geohash_to_polygon("a")', result: '' },
  ]),
  scalar('geo_geohash_neighbors', { js: { call: ([hash]) => neighbors(String(hash)) } }, [
    { kql: 'array_length(geo_geohash_neighbors("sunny"))', result: '8' },
    { kql: 'geo_geohash_neighbors("a")', result: '' },
  ]),
];
