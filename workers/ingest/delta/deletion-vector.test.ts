import { expect, test } from 'vitest';
import { deletionVector } from './actions.ts';
import { deletedRows, vectorId, vectorPath } from './deletion-vector.ts';

/** The examples of the protocol's section "Deletion Vector Descriptor Schema". */
const EARLIER = deletionVector.parse({
  storageType: 'i',
  pathOrInlineDv: 'wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L',
  sizeInBytes: 40,
  cardinality: 6,
});
/** The same rows in the form that the protocol describes: its magic number, one bucket, and its key. */
const INLINE = {
  ...EARLIER,
  pathOrInlineDv: '^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L',
  sizeInBytes: 44,
};
const ON_DISK = deletionVector.parse({
  storageType: 'u',
  pathOrInlineDv: 'ab^-aqEH.-t@S}K{vb[*k^',
  offset: 4,
  sizeInBytes: 40,
  cardinality: 6,
});

const nothing = (): Promise<Uint8Array> => Promise.reject(new Error('no file is asked for'));

test.each([
  ['', INLINE],
  [', in the earlier form', EARLIER],
])('one that stands in the log%s', async (_, vector) => {
  expect([...(await deletedRows(vector, nothing))]).toEqual([3, 4, 7, 11, 18, 29]);
});

test('the file of one that does not, and what tells it from others', () => {
  expect(vectorPath(ON_DISK)).toBe('ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin');
  expect(vectorPath(INLINE)).toBeUndefined();
  expect(vectorId(ON_DISK)).toBe('uab^-aqEH.-t@S}K{vb[*k^@4');
  expect(vectorId(undefined)).toBe('');
});

test('bytes that are none are refused', async () => {
  const broken = { ...INLINE, pathOrInlineDv: INLINE.pathOrInlineDv.slice(0, 25), sizeInBytes: 20 };
  const read = async (): Promise<number[]> => [...(await deletedRows(broken, nothing))];
  await expect(read()).rejects.toThrow('ends in the middle');
  await expect(deletedRows({ ...INLINE, pathOrInlineDv: '"""""' }, nothing)).rejects.toThrow('Z85');
  await expect(
    deletedRows(ON_DISK, async () => new Uint8Array(ON_DISK.sizeInBytes)),
  ).rejects.toThrow('too short');
});
