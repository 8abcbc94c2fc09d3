import { isKqlType, type KqlType } from '../../../../common/types/kql-type.ts';
import { formatDatetime, formatTimespan } from '../../../../common/types/ticks.ts';
import { parseDatetime, parseTimespan } from '../../../../common/types/time-text.ts';
import type { Dynamic } from '../define.ts';
import { isArray } from '../value/dynamic.ts';

type Point = number | bigint;

/**
 * A digest of a distribution as a KQL value. Each entry stands for `weight` members, of which its value is the
 * greatest; so a percentile is always a member (page "percentiles", nearest rank), and a digest of few values is
 * exact. Entries are narrow at both ends and widest at the median, as in Dunning's t-digest.
 *
 *     ["tdigest", 1, <type>, [<values>], [<weights>]]
 */
export interface Digest {
  readonly type: KqlType;
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly value: Point;
  readonly weight: number;
}

/** More entries than this are folded together. */
const MOST = 2048;
/** Entries left by folding, at most: half a percent of the members in one at the median. */
const SCALE = 400;

const byValue = (a: Entry, b: Entry): number =>
  a.value < b.value ? -1 : a.value > b.value ? 1 : 0;

export function digestOf(type: KqlType, entries: readonly Entry[]): Digest {
  const sorted = entries.filter((e) => e.weight > 0).sort(byValue);
  return { type, entries: sorted.length > MOST ? folded(sorted) : sorted };
}

/** Shares of the members at which a digest of `SCALE` entries cuts. */
export function cuts(): number[] {
  return Array.from(
    { length: SCALE + 1 },
    (_, i) => (Math.sin(Math.PI * (i / SCALE - 0.5)) + 1) / 2,
  );
}

function folded(sorted: readonly Entry[]): Entry[] {
  const total = sorted.reduce((sum, e) => sum + e.weight, 0);
  const limits = cuts().map((share) => share * total);
  const out: Entry[] = [];
  let seen = 0;
  let weight = 0;
  let next = 1;
  for (const entry of sorted) {
    seen += entry.weight;
    weight += entry.weight;
    if (out.length > 0 && seen < (limits[next] ?? total)) continue;
    out.push({ value: entry.value, weight });
    weight = 0;
    while (next < limits.length && (limits[next] ?? total) <= seen) next++;
  }
  const last = sorted.at(-1);
  if (weight > 0 && last) out.push({ value: last.value, weight });
  return out;
}

export function mergeDigests(digests: readonly Digest[]): Digest | undefined {
  const first = digests[0];
  return (
    first &&
    digestOf(
      first.type,
      digests.flatMap((d) => d.entries),
    )
  );
}

const totalOf = (digest: Digest): number => digest.entries.reduce((sum, e) => sum + e.weight, 0);

/** Nearest rank; undefined for an empty digest. `percent` is 0…100. */
export function percentileOf(digest: Digest, percent: number): Point | undefined {
  const target = (percent / 100) * totalOf(digest);
  let seen = 0;
  for (const entry of digest.entries) {
    seen += entry.weight;
    if (seen >= target) return entry.value;
  }
  return digest.entries.at(-1)?.value;
}

/** Number of members that are smaller or equal (page "rank_tdigest"). */
export function rankOf(digest: Digest, value: Point): number {
  let rank = 0;
  let before: Point | undefined;
  for (const entry of digest.entries) {
    if (entry.value > value) {
      // Within a folded entry the members are taken as evenly spread.
      if (entry.weight > 1 && before !== undefined) {
        const share = (Number(value) - Number(before)) / (Number(entry.value) - Number(before));
        rank += Math.floor(share * entry.weight);
      }
      break;
    }
    rank += entry.weight;
    before = entry.value;
  }
  return rank;
}

/** 0…100. */
export function percentRankOf(digest: Digest, value: Point): number {
  return (rankOf(digest, value) / totalOf(digest)) * 100;
}

/** A point as it stands inside a dynamic. */
export function dynamicOf(point: Point, type: KqlType): Dynamic {
  if (type === 'datetime') return formatDatetime(BigInt(point));
  if (type === 'timespan') return formatTimespan(BigInt(point));
  return point;
}

/** The point that a value of another column stands for; text from inside a dynamic is read by the digest's type. */
export function pointOf(value: Dynamic, type: KqlType): Point | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value !== 'string') return undefined;
  if (type === 'datetime') return parseDatetime(value);
  if (type === 'timespan') return parseTimespan(value);
  const n = Number(value);
  return Number.isNaN(n) ? undefined : n;
}

export function printDigest(digest: Digest): Dynamic {
  return [
    'tdigest',
    1n,
    digest.type,
    digest.entries.map((e) => e.value),
    digest.entries.map((e) => BigInt(e.weight)),
  ];
}

/** The digest in a dynamic; undefined where it holds none. */
export function readDigest(value: Dynamic | undefined): Digest | undefined {
  if (!isArray(value) || value[0] !== 'tdigest') return undefined;
  const [, , type, values, weights] = value;
  if (typeof type !== 'string' || !isKqlType(type) || !isArray(values) || !isArray(weights))
    return undefined;
  const entries: Entry[] = [];
  for (let i = 0; i < values.length; i++) {
    const point = values[i];
    if (typeof point !== 'number' && typeof point !== 'bigint') return undefined;
    entries.push({ value: point, weight: Number(weights[i] ?? 0) });
  }
  return { type, entries };
}
