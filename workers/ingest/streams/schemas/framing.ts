/** A record in Confluent's wire format: a zero byte, the schema's id in four bytes, then the value. */
export interface Framed {
  readonly id: number;
  readonly value: Uint8Array;
}

const HEAD_BYTES = 5;

/** undefined: the bytes are not framed. */
export function framed(bytes: Uint8Array): Framed | undefined {
  if (bytes.length < HEAD_BYTES || bytes[0] !== 0) return undefined;
  const id = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
  return { id, value: bytes.subarray(HEAD_BYTES) };
}

/**
 * The place of a message in its file, which Protobuf's values begin with: a count, then that many numbers, all as
 * zigzag varints. A single 0 stands for the first message. Throws an Error if the bytes are none.
 */
export function messageIndexes(bytes: Uint8Array): {
  readonly indexes: readonly number[];
  readonly value: Uint8Array;
} {
  let at = 0;
  const next = (): number => {
    let number = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      number |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (number >>> 1) ^ -(number & 1);
    }
    throw new Error('the bytes do not say which message they are');
  };
  const count = next();
  if (count < 0 || count > bytes.length)
    throw new Error('the bytes do not say which message they are');
  const indexes = count === 0 ? [0] : Array.from({ length: count }, next);
  return { indexes, value: bytes.subarray(at) };
}
