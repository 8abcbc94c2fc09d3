import { describe, expect, it } from 'vitest';
import { encodeIcns, encodeIco } from './containers.ts';

const png = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

describe('icon containers', () => {
  it('writes a directory of images for Windows', () => {
    const bytes = encodeIco([
      { size: 16, png: png(1, 2, 3) },
      { size: 256, png: png(9) },
    ]);
    const view = new DataView(bytes.buffer);
    expect(view.getUint16(2, true)).toBe(1);
    expect(view.getUint16(4, true)).toBe(2);
    expect([view.getUint8(6), view.getUint8(22)]).toEqual([16, 0]);
    expect([view.getUint32(14, true), view.getUint32(18, true)]).toEqual([3, 38]);
    expect([...bytes.subarray(38)]).toEqual([1, 2, 3, 9]);
  });

  it('writes chunks for macOS', () => {
    const bytes = encodeIcns([{ size: 128, png: png(7, 8) }]);
    const view = new DataView(bytes.buffer);
    expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe('icns');
    expect(view.getUint32(4)).toBe(18);
    expect(new TextDecoder().decode(bytes.subarray(8, 12))).toBe('ic07');
    expect(view.getUint32(12)).toBe(10);
    expect([...bytes.subarray(16)]).toEqual([7, 8]);
  });

  it('knows the sizes that macOS has', () => {
    expect(() => encodeIcns([{ size: 99, png: png() }])).toThrow(RangeError);
  });
});
