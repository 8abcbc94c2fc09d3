import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { AppError } from '../../../../common/errors/app-error.ts';
import { decompressLz4Frame } from '../../codecs/lz4.ts';
import { decompressSnappy } from '../../codecs/snappy.ts';

export type Decompress = (bytes: Buffer) => Promise<Uint8Array>;

const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
/** Magic, version, compatible version. */
const XERIAL_HEADER = 16;

/** Snappy as it is, or in the frames of the Java library: a header, then blocks with their length before them. */
export function snappy(bytes: Buffer): Uint8Array {
  if (!bytes.subarray(0, XERIAL.length).equals(XERIAL)) return decompressSnappy(bytes);
  const blocks: Uint8Array[] = [];
  for (let at = XERIAL_HEADER; at < bytes.length; ) {
    if (at + 4 > bytes.length) throw new AppError('input', 'corrupt', 'Snappy data is cut off.');
    const length = bytes.readUInt32BE(at);
    blocks.push(decompressSnappy(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

const unzstd = promisify(zstdDecompress);

/** The codecs that kafkajs leaves to others. */
export const CODECS: Readonly<Record<'snappy' | 'lz4' | 'zstd', Decompress>> = {
  snappy: async (bytes) => snappy(bytes),
  lz4: async (bytes) => decompressLz4Frame(bytes),
  zstd: async (bytes) => unzstd(bytes),
};

/** Header by which a record says that its batch could not be decompressed. */
export const UNREADABLE = 'calypso-unreadable-batch';

const MOST_RECORDS = 200_000;
let stand: Buffer | undefined;

/**
 * Records without a value, in the place of those of a batch that can't be read: kafkajs wants as many as the
 * batch says, with their offsets, and would stop at the batch for ever otherwise. They count as lost.
 */
export function unreadableRecords(): Buffer {
  if (stand) return stand;
  const name = Buffer.from(UNREADABLE);
  const tail = Buffer.concat([
    // No key, no value, one header with an empty value.
    Buffer.from([0x01, 0x01, 0x02, ...varint(name.length)]),
    name,
    Buffer.from([0x00]),
  ]);
  const records: Buffer[] = [];
  for (let delta = 0; delta < MOST_RECORDS; delta++) {
    const head = Buffer.from([0x00, 0x00, ...varint(delta)]);
    records.push(Buffer.from(varint(head.length + tail.length)), head, tail);
  }
  stand = Buffer.concat(records);
  return stand;
}

/** A zigzag varint, as Kafka writes lengths. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value * 2;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}
