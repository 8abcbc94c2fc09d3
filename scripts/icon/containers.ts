export interface IconImage {
  /** Width and height in pixels. */
  readonly size: number;
  readonly png: Uint8Array;
}

const ICO_HEADER = 6;
const ICO_ENTRY = 16;

/** Windows' icon file: a directory, then PNG images (allowed since Windows Vista). */
export function encodeIco(images: readonly IconImage[]): Uint8Array {
  const start = ICO_HEADER + ICO_ENTRY * images.length;
  const bytes = new Uint8Array(images.reduce((sum, { png }) => sum + png.byteLength, start));
  const view = new DataView(bytes.buffer);
  view.setUint16(2, 1, true);
  view.setUint16(4, images.length, true);
  let offset = start;
  images.forEach(({ size, png }, index) => {
    const entry = ICO_HEADER + ICO_ENTRY * index;
    // 0 stands for 256.
    view.setUint8(entry, size % 256);
    view.setUint8(entry + 1, size % 256);
    view.setUint16(entry + 4, 1, true);
    view.setUint16(entry + 6, 32, true);
    view.setUint32(entry + 8, png.byteLength, true);
    view.setUint32(entry + 12, offset, true);
    bytes.set(png, offset);
    offset += png.byteLength;
  });
  return bytes;
}

const ICNS_TYPES: Readonly<Record<number, string>> = {
  128: 'ic07',
  256: 'ic08',
  512: 'ic09',
  1024: 'ic10',
};

/** macOS' icon file: chunks of a type and a length (big endian, header included) with PNG images. */
export function encodeIcns(images: readonly IconImage[]): Uint8Array {
  const total = images.reduce((sum, { png }) => sum + 8 + png.byteLength, 8);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  const write = (offset: number, type: string, length: number): void => {
    bytes.set(new TextEncoder().encode(type), offset);
    view.setUint32(offset + 4, length);
  };
  write(0, 'icns', total);
  let offset = 8;
  for (const { size, png } of images) {
    const type = ICNS_TYPES[size];
    if (type === undefined) throw new RangeError(`no type for an icon of ${size} pixels`);
    write(offset, type, 8 + png.byteLength);
    bytes.set(png, offset + 8);
    offset += 8 + png.byteLength;
  }
  return bytes;
}
