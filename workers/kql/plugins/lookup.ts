import type { Column } from '../../../common/types/kql-type.ts';
import type { Value } from '../functions/define.ts';
import {
  type Area,
  areaEdges,
  covers,
  pathEdges,
  readArea,
  readPath,
} from '../functions/geo/shapes.ts';
import { angle, EARTH_RADIUS, nearestOnEdge, type Vec } from '../functions/geo/sphere.ts';
import { point } from '../functions/geo/values.ts';
import type { Row } from '../plan/plan.ts';
import type { Plugin, PluginCall } from './define.ts';
import {
  constantValue,
  namedArgument,
  numberValue,
  plugin,
  tableStep,
  withExpressions,
} from './rows.ts';

const isTrue = (value: Value | undefined): boolean => value === true || value === 1n || value === 1;

/** The rows of the lookup table that fit a source row. */
type Find = (source: Row, width: number) => readonly number[];

interface Lookup {
  readonly name: string;
  readonly call: PluginCall;
  readonly columns: readonly Column[];
  /** Places of the source's arguments. */
  readonly source: readonly number[];
  readonly unmatched: boolean;
  /** The key's column of the lookup table is left out of the answer. */
  readonly dropKey: boolean;
  /** Places in the lookup table of further columns that are left out: the source has their values. */
  readonly dropped?: readonly number[];
  readonly keyPlace: number;
  /** The lookup table's columns come first. */
  readonly lookupFirst: boolean;
  readonly prepare: (lookup: readonly Row[], key: number) => Find;
}

function lookupPlan(of: Lookup) {
  const table = of.call.args[0];
  if (!table) return of.call.node.fail('semantic', 'arguments', 'A lookup table is needed.');
  const lookup = of.call.context.tabular(table);
  const keyNode = of.call.args[of.keyPlace];
  const keyName = keyNode?.text.replace(/^\[(['"])(.*)\1\]$/, '$2') ?? '';
  const key = lookup.columns.findIndex((c) => c.name === keyName);
  if (key < 0)
    return (keyNode ?? table).fail(
      'semantic',
      'column_needed',
      `The lookup table has no column ${keyName}.`,
    );
  const prepared = withExpressions(
    of.call.input,
    of.source.map((i) => of.call.expr(i)),
  );
  const nothing = lookup.columns.map((c): Value => (c.type === 'string' ? '' : null));
  const dropped = new Set([...(of.dropped ?? []), ...(of.dropKey ? [key] : [])]);
  const kept = (row: Row): Row => (dropped.size > 0 ? row.filter((_, i) => !dropped.has(i)) : row);
  const columns = of.lookupFirst
    ? [...of.columns.slice(prepared.width), ...of.columns.slice(0, prepared.width)]
    : of.columns;
  return tableStep(of.name, [prepared.plan, lookup], columns, ([rows, found], context) => {
    const find = of.prepare(found ?? [], key);
    const out: Row[] = [];
    for (const row of rows ?? []) {
      context.check();
      const source = row.slice(0, prepared.width);
      const matches = find(row, prepared.width).map((i) => found?.[i] ?? nothing);
      const sides = matches.length === 0 && of.unmatched ? [nothing] : matches;
      for (const match of sides)
        out.push(of.lookupFirst ? [...kept(match), ...source] : [...source, ...kept(match)]);
    }
    return out;
  });
}

/** An IPv4 or IPv6 address, or a range of them with its prefix length, as a number of 128 bits. */
function addressOf(text: string): { readonly bits: bigint; readonly length: number } | undefined {
  const [address = '', prefix] = text.trim().split('/');
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (v4) {
    const parts = v4.slice(1).map(Number);
    if (parts.some((p) => p > 255)) return undefined;
    const low = parts.reduce((sum, p) => sum * 256n + BigInt(p), 0n);
    return { bits: 0xffffn * 2n ** 32n + low, length: lengthOf(prefix, 32) + 96 };
  }
  const bits = v6Bits(address);
  return bits === undefined ? undefined : { bits, length: lengthOf(prefix, 128) };
}

const lengthOf = (prefix: string | undefined, most: number): number =>
  prefix === undefined || !/^\d+$/.test(prefix) ? most : Math.min(most, Number(prefix));

function v6Bits(address: string): bigint | undefined {
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const groups = (half: string | undefined): string[] => (half ? half.split(':') : []);
  const [head, tail] = [groups(halves[0]), groups(halves[1])];
  const missing = 8 - head.length - tail.length;
  if (missing < 0 || (halves.length === 1 && missing !== 0)) return undefined;
  const all = [...head, ...new Array<string>(missing).fill('0'), ...tail];
  if (!all.every((g) => /^[0-9a-f]{1,4}$/i.test(g))) return undefined;
  return all.reduce((sum, g) => sum * 65_536n + BigInt(`0x${g}`), 0n);
}

/** Ranges by prefix length, so that a row costs one look per length and not one per range. */
export function prefixIndex(texts: readonly string[]): (address: string) => readonly number[] {
  const byLength = new Map<number, Map<bigint, number[]>>();
  texts.forEach((text, i) => {
    const range = addressOf(text);
    if (!range) return;
    const prefixes = byLength.get(range.length) ?? new Map<bigint, number[]>();
    byLength.set(range.length, prefixes);
    const key = range.bits >> BigInt(128 - range.length);
    const list = prefixes.get(key);
    if (list) list.push(i);
    else prefixes.set(key, [i]);
  });
  const lengths = [...byLength.keys()].sort((a, b) => b - a);
  return (address) => {
    const found = addressOf(address);
    if (!found) return [];
    return lengths.flatMap((length) =>
      length > found.length
        ? []
        : (byLength.get(length)?.get(found.bits >> BigInt(128 - length)) ?? []),
    );
  };
}

function ipLookup(name: string, lookupFirst: boolean): Plugin {
  return plugin(name, (call, columns) => {
    // ipv4_lookup takes further keys that have to be equal; they stand in pairs of one name.
    const extra = call.args
      .map((a, i) => ({ a, i }))
      .filter(({ a, i }) => i > 2 && a.type === 'NameReference')
      .map(({ i }) => i);
    const named = namedArgument(call, 'return_unmatched')
      ? undefined
      : call.args.findIndex((a, i) => i > 2 && a.type === 'LiteralExpression');
    const unmatched = isTrue(constantValue(call, named ?? -1, 'return_unmatched'));
    const lookup = call.args[0] ? call.context.tabular(call.args[0]) : call.input;
    const extraPlaces = extra.map((i) =>
      lookup.columns.findIndex((c) => c.name === call.args[i]?.text),
    );
    return lookupPlan({
      name,
      call,
      columns,
      source: [1, ...extra],
      keyPlace: 2,
      unmatched,
      dropKey: false,
      dropped: extraPlaces,
      lookupFirst,
      prepare: (rows, key) => {
        const index = prefixIndex(rows.map((row) => String(row[key] ?? '')));
        return (row, width) =>
          index(String(row[width] ?? '')).filter((i) =>
            extraPlaces.every((place, k) => rows[i]?.[place] === row[width + 1 + k]),
          );
      },
    });
  });
}

/** The distance (radians) from a point to the nearest of some edges. */
const toEdges = (p: Vec, edges: readonly (readonly [Vec, Vec])[]): number =>
  edges.reduce(
    (least, [a, b]) => Math.min(least, angle(p, nearestOnEdge(p, a, b))),
    Number.POSITIVE_INFINITY,
  );

interface Place {
  readonly row: number;
  readonly near: (p: Vec) => boolean;
}

function areaPlace(area: Area, row: number, radius: number): Place {
  const edges = areaEdges(area);
  return { row, near: (p) => covers(area, p) || (radius > 0 && toEdges(p, edges) <= radius) };
}

function geoLookup(name: string, kind: 'area' | 'path'): Plugin {
  return plugin(name, (call, columns) => {
    const radius = numberValue(call, 4, 0, 'radius') / EARTH_RADIUS;
    return lookupPlan({
      name,
      call,
      columns,
      source: [2, 3],
      keyPlace: 1,
      unmatched: isTrue(constantValue(call, 5, 'return_unmatched')),
      dropKey: !isTrue(constantValue(call, 7, 'return_lookup_key')),
      lookupFirst: false,
      prepare: (rows, key) => {
        const places = rows.flatMap((row, i): Place[] => {
          if (kind === 'area') {
            const area = readArea(row[key] ?? null);
            return area ? [areaPlace(area, i, radius)] : [];
          }
          const path = readPath(row[key] ?? null);
          if (!path) return [];
          const edges = pathEdges(path);
          return [{ row: i, near: (p) => toEdges(p, edges) <= radius }];
        });
        return (row, width) => {
          const p = point(row[width], row[width + 1]);
          return p ? places.filter((place) => place.near(p)).map((place) => place.row) : [];
        };
      },
    });
  });
}

export const lookupPlugins: readonly Plugin[] = [
  ipLookup('ipv4_lookup', false),
  ipLookup('ipv6_lookup', true),
  geoLookup('geo_polygon_lookup', 'area'),
  geoLookup('geo_line_lookup', 'path'),
];
