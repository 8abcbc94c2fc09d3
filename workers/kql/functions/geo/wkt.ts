import type { Dynamic } from '../define.ts';

const NAMES: Readonly<Record<string, string>> = {
  POINT: 'Point',
  LINESTRING: 'LineString',
  POLYGON: 'Polygon',
  MULTIPOINT: 'MultiPoint',
  MULTILINESTRING: 'MultiLineString',
  MULTIPOLYGON: 'MultiPolygon',
  GEOMETRYCOLLECTION: 'GeometryCollection',
};

/** How many parentheses stand around a position. */
const DEPTH: Readonly<Record<string, number>> = {
  Point: 0,
  LineString: 1,
  MultiPoint: 1,
  Polygon: 2,
  MultiLineString: 2,
  MultiPolygon: 3,
};

const TOKEN = /\s*([A-Z]+|[(),]|[-+]?(?:\d+\.?\d*|\.\d+)(?:E[-+]?\d+)?)/giy;

/** Well-known text as GeoJSON; undefined where it is no shape. */
export function fromWkt(text: string): Dynamic | undefined {
  const tokens = [...text.trim().matchAll(TOKEN)].map((m) => (m[1] ?? '').toUpperCase());
  if (tokens.join('').length !== text.replace(/\s+/g, '').length) return undefined;
  const reader = { tokens, at: 0 };
  const found = geometry(reader);
  return reader.at === tokens.length ? found : undefined;
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
}

function take(reader: Reader, token: string): boolean {
  if (reader.tokens[reader.at] !== token) return false;
  reader.at++;
  return true;
}

function geometry(reader: Reader): Dynamic | undefined {
  const type = NAMES[reader.tokens[reader.at++] ?? ''];
  if (type === undefined) return undefined;
  if (type === 'GeometryCollection') {
    const geometries = group(reader, geometry);
    return geometries && { type, geometries };
  }
  const depth = DEPTH[type] ?? 0;
  const coordinates = depth === 0 ? group(reader, position)?.[0] : nested(reader, depth);
  return coordinates === undefined ? undefined : { type, coordinates };
}

function group(
  reader: Reader,
  read: (reader: Reader) => Dynamic | undefined,
): Dynamic[] | undefined {
  if (!take(reader, '(')) return undefined;
  const items: Dynamic[] = [];
  do {
    const item = read(reader);
    if (item === undefined) return undefined;
    items.push(item);
  } while (take(reader, ','));
  return take(reader, ')') ? items : undefined;
}

function nested(reader: Reader, depth: number): Dynamic[] | undefined {
  return group(reader, depth === 1 ? position : (inner) => nested(inner, depth - 1));
}

/** Numbers as they are written: `1` is a long, `1.5` a real. A point may stand in parentheses of its own. */
function position(reader: Reader): Dynamic | undefined {
  const wrapped = take(reader, '(');
  const numbers: Dynamic[] = [];
  while (/^[-+.\d]/.test(reader.tokens[reader.at] ?? '')) {
    const token = reader.tokens[reader.at++] ?? '';
    numbers.push(/^[-+]?\d+$/.test(token) ? BigInt(token) : Number(token));
  }
  if (wrapped && !take(reader, ')')) return undefined;
  return numbers.length === 2 || numbers.length === 3 ? numbers : undefined;
}
