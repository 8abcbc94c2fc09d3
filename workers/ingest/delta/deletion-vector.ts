import { crc32 } from 'node:zlib';
import { AppError } from '../../../common/errors/app-error.ts';
import type { DeletionVector } from './actions.ts';
import { readBitmap } from './roaring.ts';

/** Z85 (ZeroMQ RFC 32), which is how Delta writes bytes into JSON. */
const ALPHABET =
  '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
const DIGITS = new Map([...ALPHABET].map((sign, i) => [sign, i]));

/** Characters of an identifier of 16 bytes. */
const UUID_LENGTH = 20;
/** The length before a vector in a file, and the checksum behind it. */
const FRAME_BYTES = 4;

export function decodeZ85(text: string): Uint8Array {
  if (text.length % 5 !== 0) throw damaged(`a text of ${text.length} characters is no Z85`);
  const bytes = new Uint8Array((text.length / 5) * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i += 5) {
    let value = 0;
    for (const sign of text.slice(i, i + 5)) {
      const digit = DIGITS.get(sign);
      if (digit === undefined) throw damaged(`${sign} is no sign of Z85`);
      value = value * 85 + digit;
    }
    if (value > 0xffff_ffff) throw damaged('a group of Z85 is too large');
    view.setUint32((i / 5) * 4, value);
  }
  return bytes;
}

/** The file that holds a vector, below the table's folder or absolute; undefined for one that stands in the log. */
export function vectorPath(vector: DeletionVector): string | undefined {
  switch (vector.storageType) {
    case 'i':
      return undefined;
    case 'p':
      return vector.pathOrInlineDv;
    case 'u': {
      const text = vector.pathOrInlineDv;
      const hex = Buffer.from(decodeZ85(text.slice(-UUID_LENGTH))).toString('hex');
      const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      const prefix = text.slice(0, -UUID_LENGTH);
      return `${prefix === '' ? '' : `${prefix}/`}deletion_vector_${uuid}.bin`;
    }
  }
}

/** Tells vectors of one file apart (protocol, "Derived Fields"). */
export function vectorId(vector: DeletionVector | undefined): string {
  if (vector === undefined) return '';
  const { storageType, pathOrInlineDv, offset } = vector;
  return `${storageType}${pathOrInlineDv}${offset === undefined ? '' : `@${offset}`}`;
}

/**
 * Numbers of the rows, from 0, that a vector takes out of its file. `readFile` gives the bytes
 * [start, start + length) of the vector's file.
 */
export async function deletedRows(
  vector: DeletionVector,
  readFile: (path: string, start: number, length: number) => Promise<Uint8Array>,
): Promise<Iterable<number>> {
  const path = vectorPath(vector);
  if (path === undefined)
    return readBitmap(decodeZ85(vector.pathOrInlineDv).subarray(0, vector.sizeInBytes));
  const { sizeInBytes, offset = 0 } = vector;
  const framed = Buffer.from(await readFile(path, offset, sizeInBytes + 2 * FRAME_BYTES));
  if (framed.length < sizeInBytes + 2 * FRAME_BYTES) throw damaged(`${path} is too short`);
  if (framed.readUInt32BE(0) !== sizeInBytes)
    throw damaged(`${path} holds one of another length at ${offset}`);
  const data = framed.subarray(FRAME_BYTES, FRAME_BYTES + sizeInBytes);
  if (crc32(data) !== framed.readUInt32BE(FRAME_BYTES + sizeInBytes))
    throw damaged(`the checksum in ${path} is another one`);
  return readBitmap(data);
}

function damaged(how: string): AppError {
  return new AppError('input', 'bad_deletion_vector', `A deletion vector is damaged: ${how}.`);
}
