import { expect, it } from 'vitest';
import { framed, messageIndexes } from './framing.ts';

it('a record says the id of its schema behind a zero byte', () => {
  expect(framed(Buffer.from([0, 0, 0, 1, 2, 65]))).toEqual({ id: 258, value: Buffer.from('A') });
  expect(framed(Buffer.from('{"a":1}'))).toBeUndefined();
  expect(framed(Buffer.from([0, 0, 0, 1]))).toBeUndefined();
});

it.each([
  [[0, 9], [0]],
  [[2, 2, 9], [1]],
  // Zigzag: 4 stands for 2, and 0x80 0x02 for 128.
  [
    [4, 0x80, 2, 6, 9],
    [128, 3],
  ],
])('%j begins with the place of its message', (bytes, indexes) => {
  expect(messageIndexes(Buffer.from(bytes))).toEqual({ indexes, value: Buffer.from([9]) });
});

it.each([[[]], [[0x80]], [[4, 2]], [[1]], [[0xff, 0xff, 0xff, 0xff, 0xff]]])(
  '%j says no place',
  (bytes) => {
    expect(() => messageIndexes(Buffer.from(bytes))).toThrow('which message');
  },
);
