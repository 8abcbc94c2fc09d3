import type { Column } from '../../../../common/types/kql-type.ts';
import { endOfValue, skipSpace } from '../../formats/json/json-text.ts';
import { DIALECTS } from '../../formats/separated/dialects.ts';
import { RecordSplitter } from '../../formats/separated/record-splitter.ts';
import { firstMistake } from './first-mistake.ts';

/** What is wrong with a body, and where: lines and records from 1, characters of the line from 1. */
export class BadBody extends Error {
  readonly row: number;
  readonly column: number;

  constructor(message: string, row: number, column: number) {
    super(message);
    this.row = row;
    this.column = column;
  }
}

/** Rows of a body as JSON objects. Throws BadBody. */
export type ReadBody = (text: string, target: readonly Column[], header: boolean) => string[];

/** One value, an array of rows, or a value per line. Numbers stay as they are written. */
export const jsonRows: ReadBody = (text) => {
  const start = skipSpace(text, 0);
  if (text[start] === '[') return arrayRows(text, start);
  try {
    JSON.parse(text);
    return text.trim() === '' ? [] : [text.trim()];
  } catch {
    return lineRows(text);
  }
};

/** A value per line. */
export const lineRows: (text: string) => string[] = (text) => {
  const rows: string[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const row = line.trim();
    if (row === '') continue;
    try {
      JSON.parse(row);
    } catch (error) {
      const indent = line.length - line.trimStart().length;
      throw badJson(error, row, i + 1, indent);
    }
    rows.push(row);
  }
  return rows;
};

function arrayRows(text: string, start: number): string[] {
  try {
    JSON.parse(text);
  } catch (error) {
    throw badJson(error, text, 1, 0);
  }
  const rows: string[] = [];
  for (let at = skipSpace(text, start + 1); text[at] !== ']'; ) {
    const end = endOfValue(text, at);
    rows.push(text.slice(at, end));
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return rows;
}

function badJson(error: unknown, text: string, row: number, indent: number): BadBody {
  const before = text.slice(0, firstMistake(text)).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1 + (before.length === 1 ? indent : 0);
  return new BadBody((error as Error).message, row + before.length - 1, column);
}

/** Separated values under the names of the header, or of the table's columns in their order. */
export const csvRows: ReadBody = (text, target, header) => {
  const rows: string[] = [];
  let names: readonly string[] | undefined = header ? undefined : target.map((c) => c.name);
  let record = 0;
  const splitter = new RecordSplitter(DIALECTS.csv, (fields) => {
    record++;
    if (names === undefined) {
      names = fields;
      return;
    }
    if (fields.length > names.length)
      throw new BadBody(
        `${fields.length} fields, where ${header ? 'the header names' : 'the table has'} ${names.length}`,
        record,
        names.length + 1,
      );
    const known = names;
    const members = fields.map(
      (field, i) => [known[i] ?? '', field === '' ? null : field] as const,
    );
    rows.push(JSON.stringify(Object.fromEntries(members)));
  });
  splitter.push(text.replace(/^\ufeff/, ''));
  splitter.end();
  return rows;
};

/** Lines of text, each in the table's first column. */
export const textRows: ReadBody = (text, target) => {
  const name = target[0]?.name ?? 'Message';
  return text
    .split(/\r\n|\n|\r/)
    .filter((line) => line !== '')
    .map((line) => JSON.stringify({ [name]: line }));
};

/** By media type. */
export const BODIES: Readonly<Record<string, ReadBody>> = {
  'application/json': jsonRows,
  'application/x-ndjson': lineRows,
  'application/ndjson': lineRows,
  'application/jsonl': lineRows,
  'application/x-json-stream': lineRows,
  'text/csv': csvRows,
  'text/plain': textRows,
};
