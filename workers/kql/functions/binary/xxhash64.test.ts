import { expect, it } from 'vitest';
import { bytesOf } from './hash.ts';
import { xxhash64 } from './xxhash64.ts';

const utf8 = new TextEncoder();

/** The empty input and "abc" are the reference implementation's, the others Microsoft's engine's. */
it.each([
  ['', -1205034819632174695n],
  ['abc', 4952883123889572249n],
  ['World', 1846988464401551951n],
  ['Hello', 753694413698530628n],
])('xxhash64("%s")', (text, expected) => {
  expect(xxhash64(utf8.encode(text))).toBe(expected);
});

it('goes through all lengths without repeating itself', () => {
  const seen = new Set<bigint>();
  for (let n = 0; n < 100; n++) seen.add(xxhash64(new Uint8Array(n)));
  expect(seen.size).toBe(100);
});

it('takes a datetime as its ticks', () => {
  expect(xxhash64(bytesOf(635556672000000000n, 'datetime'))).toBe(1380966698541616202n);
});
