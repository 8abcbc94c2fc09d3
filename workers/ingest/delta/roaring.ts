import { AppError } from '../../../common/errors/app-error.ts';

/** First four bytes of a Delta bitmap (protocol, "Deletion Vector Format"). */
const MAGIC = 1_681_511_377;
/** Those of the form before it, most significant byte first, which the protocol's own example of an inline one has. */
const EARLIER_MAGIC = 1_681_511_376;
/** First two bytes of a 32-bit bitmap without and with runs (Roaring format specification). */
const COOKIE_WITHOUT_RUNS = 12_346;
const COOKIE_WITH_RUNS = 12_347;
/** Below this many containers a bitmap with runs has no offsets. */
const NO_OFFSETS_BELOW = 4;
/** A container of more values is a bitmap of 8 KiB. */
const MAX_ARRAY = 4096;
const BITMAP_BYTES = 8192;

/**
 * The numbers of a 64-bit Roaring bitmap as Delta stores it, ascending. Throws kind `input` where the bytes are no
 * such bitmap.
 */
export function* readBitmap(bytes: Uint8Array): Generator<number> {
  const cursor = new Cursor(bytes);
  if (new Cursor(bytes).uint32BigEndian() === EARLIER_MAGIC) {
    yield* readEarlier(bytes);
    return;
  }
  if (cursor.uint32() !== MAGIC) throw broken('it begins with other bytes');
  const buckets = cursor.uint64();
  for (let b = 0; b < buckets; b++) yield* bucket(cursor, cursor.uint32() * 2 ** 32);
}

/** Bitmaps one after the other, each with its length before it; its place is its upper half. */
function* readEarlier(bytes: Uint8Array): Generator<number> {
  const cursor = new Cursor(bytes);
  cursor.take(4);
  const buckets = cursor.uint32BigEndian();
  for (let b = 0; b < buckets; b++)
    yield* bucket(new Cursor(cursor.take(cursor.uint32BigEndian())), b * 2 ** 32);
}

interface Container {
  readonly first: number;
  readonly count: number;
  readonly runs: boolean;
}

function* bucket(cursor: Cursor, base: number): Generator<number> {
  const cookie = cursor.uint32();
  const withRuns = (cookie & 0xffff) === COOKIE_WITH_RUNS;
  if (!withRuns && cookie !== COOKIE_WITHOUT_RUNS)
    throw broken('a part of it begins with other bytes');
  const count = withRuns ? (cookie >>> 16) + 1 : cursor.uint32();
  const flags = withRuns ? cursor.take(Math.ceil(count / 8)) : undefined;
  const containers: Container[] = [];
  for (let i = 0; i < count; i++)
    containers.push({
      first: base + cursor.uint16() * 0x1_0000,
      count: cursor.uint16() + 1,
      runs: (((flags?.[i >> 3] ?? 0) >> (i & 7)) & 1) === 1,
    });
  // The containers follow each other anyway.
  if (!withRuns || count >= NO_OFFSETS_BELOW) cursor.take(4 * count);
  for (const container of containers) yield* valuesOf(cursor, container);
}

function* valuesOf(cursor: Cursor, { first, count, runs }: Container): Generator<number> {
  if (runs) {
    const number = cursor.uint16();
    for (let i = 0; i < number; i++) {
      const start = first + cursor.uint16();
      const more = cursor.uint16();
      for (let n = 0; n <= more; n++) yield start + n;
    }
  } else if (count <= MAX_ARRAY) {
    for (let i = 0; i < count; i++) yield first + cursor.uint16();
  } else {
    for (const [i, byte] of cursor.take(BITMAP_BYTES).entries())
      for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1) yield first + i * 8 + bit;
  }
}

/** Reads little-endian numbers; the end of the bytes is an error. */
class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  uint32BigEndian(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  take(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  #advance(length: number): number {
    const at = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw broken('it ends in the middle');
    return at;
  }
}

function broken(how: string): AppError {
  return new AppError('input', 'bad_deletion_vector', `A deletion vector is damaged: ${how}.`);
}
