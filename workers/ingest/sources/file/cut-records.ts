import type { Encoding } from '../../files/input-file.ts';
import type { Dialect } from '../../formats/separated/record-splitter.ts';

export interface Cutting {
  readonly encoding: Encoding;
  /** Quoted fields may hold line ends. */
  readonly dialect?: Dialect | undefined;
  /** Lines that don't match belong to the record before them. */
  readonly start?: RegExp | undefined;
}

export interface CutRecord {
  /** Place of its first byte. */
  readonly at: number;
  /** UTF-8, without its line end. */
  readonly value: Uint8Array;
}

export interface Cut {
  readonly records: readonly CutRecord[];
  /** Bytes that were cut; what follows them is not whole yet. */
  readonly consumed: number;
}

const LINE_FEED = 10;
const RETURN = 13;
const QUOTE = 34;

/** Cuts bytes into records at line ends. `atEnd`: what is left at the end is a record too. Empty lines are none. */
export function cutRecords(bytes: Uint8Array, cutting: Cutting, atEnd: boolean): Cut {
  const records: CutRecord[] = [];
  const { start } = cutting;
  const give = (from: number, to: number): void => {
    const value = lineValue(bytes.subarray(from, to), cutting.encoding);
    if (value.length > 0) records.push({ at: from, value });
  };
  let record = 0;
  let at = 0;
  while (at < bytes.length) {
    const found = lineEnd(bytes, at, cutting);
    if (found < 0 && !atEnd) break;
    const next = found < 0 ? bytes.length : found;
    if (start === undefined) {
      give(at, next);
      record = next;
    } else if (at > record && start.test(textOf(bytes.subarray(at, next), cutting.encoding))) {
      give(record, at);
      record = at;
    }
    at = next;
  }
  if (start !== undefined && atEnd && record < bytes.length) {
    give(record, bytes.length);
    record = bytes.length;
  }
  return { records, consumed: record };
}

/** The place after the line end, or -1. */
function lineEnd(bytes: Uint8Array, from: number, { encoding, dialect }: Cutting): number {
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return wideLineEnd(bytes, from, encoding);
  const end = bytes.indexOf(LINE_FEED, from);
  if (end < 0) return -1;
  if (!dialect?.quote) return end + 1;
  const quote = bytes.indexOf(QUOTE, from);
  return quote < 0 || quote > end ? end + 1 : quotedEnd(bytes, from, dialect);
}

function wideLineEnd(bytes: Uint8Array, from: number, encoding: Encoding): number {
  const little = encoding === 'utf-16le';
  for (let at = bytes.indexOf(LINE_FEED, from); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) {
    const other = little ? at + 1 : at - 1;
    if (at % 2 === (little ? 0 : 1) && other < bytes.length && bytes[other] === 0)
      return little ? at + 2 : at + 1;
  }
  return -1;
}

/** The end of a record of separated values: a quote opens only where a field begins (RFC 4180). */
function quotedEnd(bytes: Uint8Array, from: number, { delimiter }: Dialect): number {
  const separator = delimiter.charCodeAt(0);
  for (let at = from; ; at++) {
    if (bytes[at] === QUOTE) {
      at++;
      for (;;) {
        const close = bytes.indexOf(QUOTE, at);
        if (close < 0) return -1;
        at = close + 1;
        if (bytes[at] !== QUOTE) break;
        at++;
      }
    }
    while (at < bytes.length && bytes[at] !== separator && bytes[at] !== LINE_FEED) at++;
    if (at >= bytes.length) return -1;
    if (bytes[at] === LINE_FEED) return at + 1;
  }
}

function lineValue(bytes: Uint8Array, encoding: Encoding): Uint8Array {
  const wide = encoding !== 'utf-8';
  const utf8 = wide ? Buffer.from(textOf(bytes, encoding)) : bytes;
  let end = utf8.length;
  if (utf8[end - 1] === LINE_FEED) end--;
  if (utf8[end - 1] === RETURN) end--;
  return utf8.subarray(0, end);
}

const DECODERS = {
  'utf-8': new TextDecoder('utf-8', { ignoreBOM: true }),
  'utf-16le': new TextDecoder('utf-16le'),
  'utf-16be': new TextDecoder('utf-16be'),
  latin1: new TextDecoder('windows-1252'),
} as const;

export const textOf = (bytes: Uint8Array, encoding: Encoding): string =>
  DECODERS[encoding].decode(bytes);
