import type { RpcMessage } from './rpc.ts';

/** Where a browser's WebSocket connects; the token goes along as `?token=`. */
export const SOCKET_PATH = '/socket';

/**
 * An RpcMessage as one WebSocket frame. Without byte payloads it is JSON text. With them it is binary: the
 * header's length (uint32, little endian), the header (JSON, UTF-8, each `Uint8Array` replaced by
 * `{"$bytes": [offset, length]}`), then the payloads, each on an 8-byte boundary, offsets counted from the
 * first. So Arrow buffers can be read in place.
 */
export function encodeFrame(message: RpcMessage): string | Uint8Array<ArrayBuffer> {
  const parts: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  let payload = 0;
  const json = JSON.stringify(message, (_key, value: unknown) => {
    if (!(value instanceof Uint8Array)) return value;
    const offset = payload;
    parts.push({ offset, bytes: value });
    payload = align(payload + value.byteLength);
    return { $bytes: [offset, value.byteLength] };
  });
  if (parts.length === 0) return json;
  const header = new TextEncoder().encode(json);
  const start = align(4 + header.byteLength);
  const frame = new Uint8Array(start + payload);
  new DataView(frame.buffer).setUint32(0, header.byteLength, true);
  frame.set(header, 4);
  for (const part of parts) frame.set(part.bytes, start + part.offset);
  return frame;
}

/** The reverse. Byte payloads are views into `frame`: they live as long as it does. */
export function decodeFrame(frame: string | Uint8Array): RpcMessage {
  if (typeof frame === 'string') return JSON.parse(frame) as RpcMessage;
  const headerLength = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(
    0,
    true,
  );
  const json = new TextDecoder().decode(frame.subarray(4, 4 + headerLength));
  const start = align(4 + headerLength);
  return JSON.parse(json, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$bytes' in value)) return value;
    const place = value.$bytes;
    if (!Array.isArray(place) || Object.keys(value).length !== 1) return value;
    const [offset, length] = place as [number, number];
    return frame.subarray(start + offset, start + offset + length);
  }) as RpcMessage;
}

function align(n: number): number {
  return (n + 7) & ~7;
}
