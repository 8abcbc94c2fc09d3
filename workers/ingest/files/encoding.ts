import type { Encoding } from './input-file.ts';

export interface DetectedEncoding {
  readonly encoding: Encoding;
  /** Bytes of the byte order mark, 0 if there is none. */
  readonly bom: number;
}

/**
 * By byte order mark; without one, UTF-16 when every second byte of the head is zero, latin1 when the head is
 * no UTF-8 and not mostly control bytes, else UTF-8.
 */
export function detectEncoding(head: Uint8Array): DetectedEncoding {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf)
    return { encoding: 'utf-8', bom: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', bom: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bom: 2 };
  const sample = head.subarray(0, 4096);
  const zeros = [0, 0];
  sample.forEach((byte, i) => {
    if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  });
  const many = sample.length * 0.3;
  const [even = 0, odd = 0] = zeros;
  if (sample.length >= 4 && odd > many && even < many / 10) return { encoding: 'utf-16le', bom: 0 };
  if (sample.length >= 4 && even > many && odd < many / 10) return { encoding: 'utf-16be', bom: 0 };
  return { encoding: 'utf-8', bom: 0 };
}

/** A decoder that counts what was no text of its encoding. */
export interface CountingDecoder {
  decode(piece: Uint8Array): string;
  end(): string;
  /** Replacement characters that were put in so far. */
  readonly replaced: number;
}

const LABELS: Readonly<Record<Encoding, string>> = {
  'utf-8': 'utf-8',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  latin1: 'windows-1252',
};

/** Decodes piece by piece; wrong bytes become U+FFFD. The byte order mark is dropped. */
export function countingDecoder(encoding: Encoding): CountingDecoder {
  const decoder = new TextDecoder(LABELS[encoding]);
  // Counting costs a second look at the text; a strict decoder tells whether it is needed.
  const strict = new TextDecoder(LABELS[encoding], { fatal: true });
  let clean = true;
  let replaced = 0;
  const take = (piece: Uint8Array | undefined): string => {
    const text = piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
    if (clean)
      try {
        if (piece === undefined) strict.decode();
        else strict.decode(piece, { stream: true });
      } catch {
        clean = false;
      }
    if (!clean) replaced += count(text);
    return text;
  };
  return {
    decode: take,
    end: () => take(undefined),
    get replaced() {
      return replaced;
    },
  };
}

function count(text: string): number {
  let n = 0;
  for (let i = text.indexOf('\ufffd'); i >= 0; i = text.indexOf('\ufffd', i + 1)) n++;
  return n;
}

/** Whether bytes are UTF-8, but for a character that is cut at the end. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
