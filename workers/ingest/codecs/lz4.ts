import { AppError } from '../../../common/errors/app-error.ts';

const MAGIC = 0x184d2204;

/**
 * Decompresses LZ4 frames (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md), which Arrow files are
 * compressed with. Checksums are not verified: the format around it has its own lengths.
 */
export function decompressLz4Frame(input: Uint8Array, expectedLength?: number): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  if (input.length < 7 || view.getUint32(0, true) !== MAGIC) throw broken('no frame');
  const flags = input[4] ?? 0;
  const blockIndependent = (flags & 0x20) !== 0;
  const blockChecksum = (flags & 0x10) !== 0;
  let position = 6 + ((flags & 0x08) !== 0 ? 8 : 0) + ((flags & 0x01) !== 0 ? 4 : 0) + 1;
  const output = new Growing(expectedLength ?? input.length * 4);
  for (;;) {
    if (position + 4 > input.length) throw broken('no end mark');
    const size = view.getUint32(position, true);
    position += 4;
    if (size === 0) break;
    const length = size & 0x7fffffff;
    const block = input.subarray(position, position + length);
    if (block.length < length) throw broken('short block');
    if (size >>> 31 === 1) output.append(block);
    else decompressBlock(block, output, blockIndependent ? output.length : 0);
    position += length + (blockChecksum ? 4 : 0);
  }
  return output.bytes();
}

function decompressBlock(block: Uint8Array, output: Growing, floor: number): void {
  let i = 0;
  const extended = (start: number): number => {
    let length = start;
    if (start === 15) {
      let byte: number;
      do {
        byte = block[i++] ?? 0;
        length += byte;
      } while (byte === 255 && i < block.length);
    }
    return length;
  };
  while (i < block.length) {
    const token = block[i++] ?? 0;
    const literals = extended(token >> 4);
    output.append(block.subarray(i, i + literals));
    i += literals;
    if (i >= block.length) return;
    const offset = (block[i] ?? 0) | ((block[i + 1] ?? 0) << 8);
    i += 2;
    const length = extended(token & 15) + 4;
    if (offset === 0 || output.length - offset < floor) throw broken('bad offset');
    output.repeat(offset, length);
  }
}

/** Bytes that grow, with copies from their own past. */
export class Growing {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(Math.max(64, capacity));
  }

  get length(): number {
    return this.#length;
  }

  append(part: Uint8Array): void {
    this.#reserve(part.length);
    this.#bytes.set(part, this.#length);
    this.#length += part.length;
  }

  /** Repeats `length` bytes from `offset` back; the two may overlap, which repeats a pattern. */
  repeat(offset: number, length: number): void {
    this.#reserve(length);
    const from = this.#length - offset;
    if (offset >= length) this.#bytes.copyWithin(this.#length, from, from + length);
    else
      for (let i = 0; i < length; i++) this.#bytes[this.#length + i] = this.#bytes[from + i] ?? 0;
    this.#length += length;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

function broken(what: string): AppError {
  return new AppError('input', 'corrupt', `LZ4 data is damaged: ${what}.`);
}
