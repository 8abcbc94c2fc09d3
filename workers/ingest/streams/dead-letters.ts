import type { MappedColumn } from '../../../common/contract/ingest.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { type StreamRecord, textOrBase64 } from './stream-source.ts';

/** Columns of the table that keeps records which did not decode. */
export const DEAD_LETTER_COLUMNS: readonly Column[] = [
  { name: 'Time', type: 'datetime' },
  { name: 'Stream', type: 'string' },
  { name: 'Part', type: 'string' },
  { name: 'Position', type: 'string' },
  { name: 'Timestamp', type: 'datetime' },
  { name: 'Reason', type: 'string' },
  { name: 'Key', type: 'string' },
  /** As text, or base64 where it is no UTF-8; `Encoding` says which. */
  { name: 'Value', type: 'string' },
  { name: 'Encoding', type: 'string' },
];

export const deadLetterMapping: readonly MappedColumn[] = DEAD_LETTER_COLUMNS.map((c) => ({
  ...c,
  path: `$.v.${c.name}`,
}));

/** A dead record as a JSON text. */
export function deadLetter(stream: string, record: StreamRecord, reason: string): string {
  const value = record.value ?? new Uint8Array();
  const text = textOrBase64(value);
  return JSON.stringify({
    Time: new Date().toISOString(),
    Stream: stream,
    Part: record.part,
    Position: record.position,
    Timestamp: moment(record.timestamp),
    Reason: reason,
    Key: record.key ? textOrBase64(record.key) : '',
    Value: text,
    Encoding: Buffer.from(text).equals(value) ? 'utf-8' : 'base64',
  });
}

/** Producers may write any number for a time: what is no time that a column can hold is left out. */
function moment(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date.toISOString() : null;
}
