import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame } from './frame.ts';

describe('frame', () => {
  it('keeps a message without bytes as text', () => {
    const message = { t: 'call', id: 3, name: 'schema.get', params: {} } as const;
    const frame = encodeFrame(message);
    expect(typeof frame).toBe('string');
    expect(decodeFrame(frame)).toEqual(message);
  });

  it('carries several payloads on 8-byte boundaries', () => {
    const message = {
      t: 'result',
      id: 1,
      value: { a: new Uint8Array([1, 2, 3]), n: 'é', list: [{ b: new Uint8Array([9]) }] },
    } as const;
    const frame = encodeFrame(message);
    const back = decodeFrame(frame) as unknown as typeof message;
    expect([...back.value.a]).toEqual([1, 2, 3]);
    expect([...(back.value.list[0]?.b ?? [])]).toEqual([9]);
    expect(back.value.n).toBe('é');
    expect((back.value.list[0]?.b.byteOffset ?? 1) % 8).toBe(0);
  });

  it('reads a frame that lies inside a larger buffer', () => {
    const frame = encodeFrame({ t: 'push', topic: 'x', value: new Uint8Array([7, 8]) });
    if (typeof frame === 'string') throw new Error('expected a binary frame');
    const larger = new Uint8Array(frame.byteLength + 16);
    larger.set(frame, 16);
    const back = decodeFrame(larger.subarray(16));
    expect(back.t === 'push' && [...(back.value as Uint8Array)]).toEqual([7, 8]);
  });
});
