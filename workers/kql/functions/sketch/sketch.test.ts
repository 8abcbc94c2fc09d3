import { describe, expect, test } from 'vitest';
import { parseDynamic, printDynamic } from '../value/dynamic.ts';
import { countOf, countOfIntersection, hllOfCodes, mergeHlls, printHll, readHll } from './hll.ts';
import {
  digestOf,
  mergeDigests,
  percentileOf,
  printDigest,
  rankOf,
  readDigest,
} from './tdigest.ts';

/** splitmix-like mixing of a counter: a stand-in for a hash, the same in every run. */
function mixed(i: number): bigint {
  let z = BigInt.asUintN(64, BigInt(i) * 0x9e3779b97f4a7c15n + 0x2545f4914f6cdd1dn);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

function code(i: number): number {
  const hash = mixed(i);
  const tail = Number(hash & ((1n << 39n) - 1n));
  const rank = tail === 0 ? 40 : 39 - Math.floor(Math.log2(tail));
  return Number(hash >> 39n) * 64 + rank;
}

const codes = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => code(from + i));

describe('hll', () => {
  test('few values are counted exactly', () => {
    expect(countOf(hllOfCodes(codes(0, 1000), 14))).toBe(1000);
    expect(countOf(hllOfCodes([], 14))).toBe(0);
  });

  test('many values are counted within three times the documented error of each level', () => {
    for (const [bits, error] of [
      [12, 0.016],
      [14, 0.008],
      [16, 0.004],
      [18, 0.002],
    ] as const) {
      const n = countOf(hllOfCodes(codes(0, 300_000), bits));
      expect(Math.abs(n - 300_000) / 300_000).toBeLessThan(3 * error);
    }
  });

  test('a merge counts the union, whatever the forms and accuracies', () => {
    const big = hllOfCodes(codes(0, 100_000), 16);
    const small = hllOfCodes(codes(99_000, 101_000), 14);
    expect(big.sparse).toBeUndefined();
    expect(small.sparse).toBeDefined();
    const n = countOf(mergeHlls([big, small]));
    expect(Math.abs(n - 101_000) / 101_000).toBeLessThan(0.024);
    expect(mergeHlls([big, small]).bits).toBe(14);
  });

  test('a state survives being printed and read', () => {
    for (const state of [hllOfCodes(codes(0, 50), 14), hllOfCodes(codes(0, 50_000), 14)]) {
      const back = readHll(parseDynamic(printDynamic(printHll(state))));
      expect(back && countOf(back)).toBe(countOf(state));
    }
    expect(readHll(parseDynamic('[1,2]'))).toBeUndefined();
  });

  test('intersections', () => {
    const a = hllOfCodes(codes(0, 100), 16);
    const b = hllOfCodes(codes(50, 200), 16);
    expect(countOfIntersection([a, b])).toBe(50);
  });
});

describe('tdigest', () => {
  const whole = Array.from({ length: 100_000 }, (_, i) => ({ value: BigInt(i + 1), weight: 1 }));

  test('ranks stay within a percent after folding, ends are exact', () => {
    const digest = digestOf('long', whole);
    expect(digest.entries.length).toBeLessThan(500);
    for (const p of [1, 5, 25, 50, 75, 95, 99])
      expect(Math.abs(Number(percentileOf(digest, p)) - p * 1000)).toBeLessThan(1000);
    expect(percentileOf(digest, 0)).toBe(1n);
    expect(percentileOf(digest, 100)).toBe(100_000n);
    expect(Math.abs(rankOf(digest, 68_500n) - 68_500)).toBeLessThan(1000);
  });

  test('a merge of parts is close to the digest of all', () => {
    const half = mergeDigests([
      digestOf('long', whole.slice(0, 30_000)),
      digestOf('long', whole.slice(30_000)),
    ]);
    expect(half && Math.abs(Number(percentileOf(half, 50)) - 50_000)).toBeLessThan(1500);
  });

  test('a digest survives being printed and read', () => {
    const digest = digestOf('real', [
      { value: 1.5, weight: 2 },
      { value: 9, weight: 1 },
    ]);
    expect(readDigest(parseDynamic(printDynamic(printDigest(digest))))).toEqual(digest);
    expect(readDigest(null)).toBeUndefined();
  });
});
