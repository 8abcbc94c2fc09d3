import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame } from './frame.ts';
import type { RpcMessage } from './rpc.ts';

const call = (params: unknown): RpcMessage => ({ t: 'call', id: 7, name: 'a.b', params });
const roundTrip = (params: unknown): unknown => {
  const message = decodeFrame(encodeFrame(call(params)));
  return message.t === 'call' ? message.params : message;
};

describe('frame', () => {
  it('keeps what JSON loses', () => {
    const value = { big: 9_223_372_036_854_775_807n, nan: Number.NaN, inf: [-Infinity], nil: null };
    expect(roundTrip(value)).toEqual(value);
  });

  it('keeps members that look like its own placeholders', () => {
    const value = { $part: 0, $bigint: '1', nested: { $object: { $number: 'NaN' } } };
    expect(roundTrip(value)).toEqual(value);
  });

  it('keeps a member named __proto__ without changing the object', () => {
    const value = JSON.parse('{"__proto__": {"polluted": true}, "x": 1}') as object;
    const back = roundTrip(value) as object;
    expect(JSON.stringify(back)).toBe('{"__proto__":{"polluted":true},"x":1}');
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
  });

  it('begins each binary part at a multiple of eight bytes', () => {
    for (let length = 0; length < 20; length++) {
      const frame = encodeFrame(call({ a: new Uint8Array(length), b: new Uint8Array([1, 2, 3]) }));
      const message = decodeFrame(frame);
      const { a, b } = (message as { params: { a: Uint8Array; b: Uint8Array } }).params;
      expect([a.byteLength, a.byteOffset % 8, b.byteOffset % 8]).toEqual([length, 0, 0]);
      expect([...b]).toEqual([1, 2, 3]);
    }
  });

  it('refuses frames that were cut short', () => {
    const frame = encodeFrame(call({ a: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9]) }));
    expect(frame).toBeInstanceOf(Uint8Array);
    const bytes = frame as Uint8Array;
    expect(() => decodeFrame(bytes.subarray(0, bytes.length - 12))).toThrow(/binary part/);
    expect(() => decodeFrame(bytes.subarray(0, 10))).toThrow(/header/);
    expect(() => decodeFrame(bytes.subarray(0, 3))).toThrow(/header/);
    expect(() => decodeFrame('{"id":1}')).toThrow(/no message/);
  });

  it('carries any value', () => {
    const leaf = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.bigInt(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array(),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(fc.string(), tie('tree'), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        // -0 is the one number that JSON writes as another; no call depends on it.
        expect(roundTrip({ value })).toEqual(normalize({ value }));
      }),
    );
  });
});

function normalize(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array))
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, normalize(v)]));
  return value;
}
