import type { FileSource, StreamFormat } from '../../../../common/contract/stream.ts';
import { AppError } from '../../../../common/errors/app-error.ts';
import type { Encoding } from '../../files/input-file.ts';
import { DIALECTS, isSeparated } from '../../formats/separated/dialects.ts';
import { type Dialect, splitRecords } from '../../formats/separated/record-splitter.ts';
import { fieldsOfDirective, valuesOfLogLine } from '../../formats/w3clogfile/log-line.ts';
import { type CutRecord, type Cutting, textOf } from './cut-records.ts';

/** How the text of a file becomes records. */
export interface Layout {
  cutting(encoding: Encoding): Cutting;
  /** Records to hand over; header lines change the names of the fields instead. */
  take(
    records: readonly CutRecord[],
    fields: readonly string[] | undefined,
  ): { readonly records: readonly CutRecord[]; readonly fields: readonly string[] | undefined };
}

export function layoutOf(source: FileSource, format: StreamFormat): Layout {
  const dialect = isSeparated(format) ? DIALECTS[format] : undefined;
  const start = source.recordStart === undefined ? undefined : pattern(source.recordStart);
  switch (source.layout) {
    case 'lines':
      return {
        cutting: (encoding) => ({ encoding, dialect, start }),
        take: (records, fields) => ({ records, fields }),
      };
    case 'header':
      return named((encoding) => ({ encoding, dialect: dialect ?? DIALECTS.csv }), {
        header: (text, fields) => (fields ? undefined : onlyRecord(text, dialect ?? DIALECTS.csv)),
        values: (text) => onlyRecord(text, dialect ?? DIALECTS.csv),
      });
    case 'w3c':
      return named((encoding) => ({ encoding }), {
        header: (text) => (text.startsWith('#') ? (fieldsOfDirective(text) ?? []) : undefined),
        values: valuesOfLogLine,
      });
  }
}

interface Naming {
  /** Names that a header line gives, none for one that gives none; undefined for what is no header. */
  header(text: string, fields: readonly string[] | undefined): readonly string[] | undefined;
  values(text: string): readonly (string | null)[];
}

/** Records as JSON, their values under the names of the last header line. */
function named(cutting: Layout['cutting'], naming: Naming): Layout {
  return {
    cutting,
    take(records, before) {
      let fields = before;
      const taken: CutRecord[] = [];
      for (const { at, value } of records) {
        const text = textOf(value, 'utf-8').replace(/^\ufeff/, '');
        const header = naming.header(text, fields);
        if (header) {
          if (header.length > 0) fields = header;
          continue;
        }
        const members = naming
          .values(text)
          .map((item, i) => [fields?.[i] || `Column${i + 1}`, item] as const);
        taken.push({ at, value: Buffer.from(JSON.stringify(Object.fromEntries(members))) });
      }
      return { records: taken, fields };
    },
  };
}

function onlyRecord(text: string, dialect: Dialect): string[] {
  return splitRecords(text, dialect, 1)[0] ?? [];
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new AppError('input', 'bad_pattern', `recordStart: ${(error as Error).message}`);
  }
}
