import { zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { CODECS, snappy, UNREADABLE, unreadableRecords } from './codecs.ts';

/** "aaaaaaaaaaaaaaaa" by hand: length 16, literal of 1, copy of 15 at offset 1. */
const SNAPPY = Buffer.from([16, 0x00, 0x61, 0x3a, 0x01, 0x00]);

it('snappy comes plain, or in the frames of the Java library', () => {
  expect(Buffer.from(snappy(SNAPPY)).toString()).toBe('a'.repeat(16));
  const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const block = Buffer.concat([Buffer.from([0, 0, 0, SNAPPY.length]), SNAPPY]);
  const framed = Buffer.concat([header, block, block]);
  expect(Buffer.from(snappy(framed)).toString()).toBe('a'.repeat(32));
  expect(() => snappy(framed.subarray(0, 18))).toThrow(/cut off/);
});

it('zstd is read', async () => {
  const text = Buffer.from('hello '.repeat(100));
  expect(Buffer.from(await CODECS.zstd(zstdCompressSync(text)))).toEqual(text);
  await expect(CODECS.zstd(Buffer.from('no zstd'))).rejects.toThrow();
});

it('the records in the place of unreadable ones count up their offsets and carry the mark', () => {
  const bytes = unreadableRecords();
  let at = 0;
  for (let delta = 0; delta < 300; delta++) {
    const length = varint();
    const end = at + length;
    expect([bytes[at], bytes[at + 1]]).toEqual([0, 0]);
    at += 2;
    expect(varint()).toBe(delta);
    expect([bytes[at], bytes[at + 1], bytes[at + 2]]).toEqual([1, 1, 2]);
    at += 3;
    const name = varint();
    expect(bytes.toString('utf8', at, at + name)).toBe(UNREADABLE);
    expect(at + name + 1).toBe(end);
    at = end;
  }

  function varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 128) return value / 2;
    }
  }
});
