import { deflateSync, gunzipSync, unzlibSync } from 'fflate';
import { type FunctionEntry, scalar } from '../define.ts';
import { decodeBase64, encodeBase64, textOfBytes } from './base64.ts';

const utf8 = new TextEncoder();

/** A document of strangers may claim to be endless: this many bytes are read. */
const MAX_OUTPUT = 64 * 1024 * 1024;

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let i = 0; i < 8; i++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const b of bytes) c = (CRC[(c ^ b) & 255] ?? 0) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

/** Blocks that are stored, for text too short to gain anything: the service writes such text so. */
function stored(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += 65535) {
    const part = bytes.subarray(at, at + 65535);
    const n = part.length;
    out.push(
      at + 65535 >= bytes.length ? 1 : 0,
      n & 255,
      n >> 8,
      ~n & 255,
      (~n >> 8) & 255,
      ...part,
    );
  }
  return Uint8Array.from(out);
}

function deflate(bytes: Uint8Array): Uint8Array {
  const packed = deflateSync(bytes);
  return packed.length < bytes.length ? packed : stored(bytes);
}

function joined(
  head: readonly number[],
  body: Uint8Array,
  tail: (view: DataView) => void,
  tailSize: number,
): Uint8Array {
  const out = new Uint8Array(head.length + body.length + tailSize);
  out.set(head);
  out.set(body, head.length);
  tail(new DataView(out.buffer, head.length + body.length));
  return out;
}

function gzip(bytes: Uint8Array): Uint8Array {
  // No time, no name, "unknown" system: the same text always gives the same bytes.
  return joined(
    [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff],
    deflate(bytes),
    (view) => {
      view.setUint32(0, crc32(bytes), true);
      view.setUint32(4, bytes.length, true);
    },
    8,
  );
}

function zlib(bytes: Uint8Array): Uint8Array {
  return joined([0x78, 0x01], deflate(bytes), (view) => view.setUint32(0, adler32(bytes)), 4);
}

/** The text in a compressed base64 text; "" where it can't be read. */
function unpack(
  text: string,
  read: (bytes: Uint8Array, out: { readonly out?: Uint8Array }) => Uint8Array,
): string {
  const bytes = decodeBase64(text);
  if (!bytes || bytes.length < 6) return '';
  try {
    const plain = read(bytes, {});
    return plain.length > MAX_OUTPUT ? '' : (textOfBytes(plain) ?? '');
  } catch {
    return '';
  }
}

export const compression: readonly FunctionEntry[] = [
  scalar(
    'gzip_compress_to_base64_string',
    { js: { call: ([text]) => encodeBase64(gzip(utf8.encode(String(text)))) } },
    [
      {
        kql: 'gzip_compress_to_base64_string("1234567890qwertyuiop")',
        result: 'H4sIAAAAAAAA/wEUAOv/MTIzNDU2Nzg5MHF3ZXJ0eXVpb3A6m7f2FAAAAA==',
      },
    ],
  ),
  scalar(
    'gzip_decompress_from_base64_string',
    { js: { call: ([text]) => unpack(String(text), gunzipSync) } },
    [
      {
        kql: 'gzip_decompress_from_base64_string("H4sIAAAAAAAA/wEUAOv/MTIzNDU2Nzg5MHF3ZXJ0eXVpb3A6m7f2FAAAAA==")',
        result: '1234567890qwertyuiop',
      },
      { kql: 'gzip_decompress_from_base64_string("x0x0x0")', result: '' },
    ],
  ),
  scalar(
    'zlib_compress_to_base64_string',
    { js: { call: ([text]) => encodeBase64(zlib(utf8.encode(String(text)))) } },
    [
      {
        kql: 'zlib_compress_to_base64_string("1234567890qwertyuiop")',
        result: 'eAEBFADr/zEyMzQ1Njc4OTBxd2VydHl1aW9wOAkGdw==',
      },
    ],
  ),
  scalar(
    'zlib_decompress_from_base64_string',
    { js: { call: ([text]) => unpack(String(text), unzlibSync) } },
    [
      {
        kql: 'zlib_decompress_from_base64_string("eJwLSS0uUSguKcrMS1cwNDIGACxqBQ4=")',
        result: 'Test string 123',
      },
      { kql: 'zlib_decompress_from_base64_string("x0x0x0")', result: '' },
    ],
  ),
];
