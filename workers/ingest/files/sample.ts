import { readAt, readHead } from './byte-stream.ts';
import { detectEncoding } from './encoding.ts';
import type { Encoding, InputFile } from './input-file.ts';

/** Up to here a file is looked at whole. */
const WHOLE_BYTES = 4 << 20;
/** Size of each of the pieces from the beginning, middle and end of a longer file. */
const PIECE_BYTES = 1 << 19;
/** A guess for text files that are compressed. */
const COMPRESSION_RATIO = 5;

export interface SampleText {
  /** The first piece begins at the beginning; later ones begin somewhere in a line. */
  readonly pieces: readonly string[];
  readonly wholeFile: boolean;
  readonly encoding: Encoding;
  readonly bom: boolean;
  /** The pieces are no clean text of the encoding. */
  readonly damaged: boolean;
  /** Bytes of text in the whole file, a guess for compressed ones. */
  readonly totalBytes: number;
  readonly sampledBytes: number;
}

/** Text from the beginning, middle and end of a plain file, from the beginning of a compressed one. */
export async function sampleText(file: InputFile, wanted?: Encoding): Promise<SampleText> {
  const head = await readHead(file, WHOLE_BYTES + 1);
  const wholeFile = head.length <= WHOLE_BYTES;
  const detected = detectEncoding(head);
  const encoding = wanted ?? detected.encoding;
  const bytes: Uint8Array[] = [
    wholeFile || file.compression !== 'none'
      ? head.subarray(0, WHOLE_BYTES)
      : head.subarray(0, PIECE_BYTES),
  ];
  if (!wholeFile && file.compression === 'none')
    for (const place of [file.bytes / 2, file.bytes - PIECE_BYTES])
      bytes.push(await readAt(file, Math.floor(place / 4) * 4, PIECE_BYTES));
  const sampledBytes = bytes.reduce((sum, b) => sum + b.length, 0);
  const label = encoding === 'latin1' ? 'windows-1252' : encoding;
  const pieces = bytes.map((b) => new TextDecoder(label).decode(b, { stream: true }));
  return {
    pieces: pieces.map((text, i) => (i === 0 ? text : fromNextLine(text))),
    wholeFile,
    encoding,
    bom: detected.bom > 0,
    // A piece from the middle may begin inside of a character: only its own lines count.
    damaged: pieces.some((text, i) => (i === 0 ? text : fromNextLine(text)).includes('\ufffd')),
    totalBytes: wholeFile
      ? head.length
      : file.bytes * (file.compression === 'none' ? 1 : COMPRESSION_RATIO),
    sampledBytes,
  };
}

function fromNextLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? '' : text.slice(end + 1);
}

/** The text without the line that the sample cuts. */
export function untilLastLine(text: string): string {
  const end = text.lastIndexOf('\n');
  return end < 0 ? text : text.slice(0, end + 1);
}
