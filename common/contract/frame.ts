import type { RpcMessage } from './rpc.ts';

/** Where a browser's WebSocket connects; the token goes along as `?token=` or as the cookie of the page. */
export const SOCKET_PATH = '/rpc';

/**
 * An RpcMessage as one WebSocket frame. Without byte payloads it is JSON text; with them it is binary:
 *
 *     u32 header length, little endian │ header: JSON in UTF-8, padded │ binary parts, each padded
 *
 * The header is `{"parts": [byte length…], "message": …}`. A `Uint8Array` in the message is a part, in order;
 * parts begin at multiples of 8, so that Arrow can read them in place. What JSON can't say stands as an object
 * with one `$` key (`$part`, `$bigint`, `$number`); an object that has such a key of its own is wrapped in
 * `$object`. Members that are undefined are left out, as JSON does.
 */
const PREFIX_BYTES = 4;
const ALIGNMENT = 8;
const SPACE = 0x20;

const align = (n: number): number => Math.ceil(n / ALIGNMENT) * ALIGNMENT;

function pack(value: unknown, parts: Uint8Array[]): unknown {
  switch (typeof value) {
    case 'bigint':
      return { $bigint: value.toString() };
    case 'number':
      return Number.isFinite(value) ? value : { $number: String(value) };
    case 'object':
      break;
    default:
      return value;
  }
  if (value === null) return null;
  if (value instanceof Uint8Array) {
    parts.push(value);
    return { $part: parts.length - 1 };
  }
  if (Array.isArray(value)) return value.map((item) => pack(item, parts));
  const packed: Record<string, unknown> = {};
  let ambiguous = false;
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    if (key.startsWith('$')) ambiguous = true;
    define(packed, key, pack(member, parts));
  }
  return ambiguous ? { $object: packed } : packed;
}

function unpack(value: unknown, parts: readonly Uint8Array[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => unpack(item, parts));
  const object = value as Record<string, unknown>;
  if (typeof object.$bigint === 'string') return BigInt(object.$bigint);
  if (typeof object.$number === 'string') return Number(object.$number);
  if (typeof object.$part === 'number') {
    const part = parts[object.$part];
    if (!part) throw new RangeError('A frame names a binary part that it does not have.');
    return part;
  }
  const members = object.$object ?? object;
  const unpacked: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(members as Record<string, unknown>))
    define(unpacked, key, unpack(member, parts));
  return unpacked;
}

/** Assignment to `__proto__` would change the object's kind; a definition doesn't. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

export function encodeFrame(message: RpcMessage): string | Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const packed = pack(message, parts);
  if (parts.length === 0) return JSON.stringify(packed);
  const header = new TextEncoder().encode(
    JSON.stringify({ parts: parts.map((part) => part.byteLength), message: packed }),
  );
  const headerLength = align(PREFIX_BYTES + header.byteLength) - PREFIX_BYTES;
  const total = parts.reduce((sum, part) => sum + align(part.byteLength), 0);
  const frame = new Uint8Array(PREFIX_BYTES + headerLength + total);
  new DataView(frame.buffer).setUint32(0, headerLength, true);
  frame.set(header, PREFIX_BYTES);
  frame.fill(SPACE, PREFIX_BYTES + header.byteLength, PREFIX_BYTES + headerLength);
  let offset = PREFIX_BYTES + headerLength;
  for (const part of parts) {
    frame.set(part, offset);
    offset += align(part.byteLength);
  }
  return frame;
}

/** The binary parts of the message are views of the frame's own memory. Throws on malformed frames. */
export function decodeFrame(frame: string | Uint8Array): RpcMessage {
  const message = typeof frame === 'string' ? unpack(JSON.parse(frame), []) : decodeBinary(frame);
  if (typeof message !== 'object' || message === null || !('t' in message))
    throw new TypeError('A frame holds no message.');
  return message as RpcMessage;
}

function decodeBinary(frame: Uint8Array): unknown {
  if (frame.byteLength < PREFIX_BYTES) throw new RangeError('A frame ends within its header.');
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const headerEnd = PREFIX_BYTES + view.getUint32(0, true);
  if (headerEnd > frame.byteLength) throw new RangeError('A frame ends within its header.');
  const text = new TextDecoder().decode(frame.subarray(PREFIX_BYTES, headerEnd));
  const header = JSON.parse(text) as { parts: number[]; message: unknown };
  const parts: Uint8Array[] = [];
  let offset = headerEnd;
  for (const length of header.parts) {
    if (offset + length > frame.byteLength)
      throw new RangeError('A frame ends within a binary part.');
    parts.push(frame.subarray(offset, offset + length));
    offset += align(length);
  }
  return unpack(header.message, parts);
}
