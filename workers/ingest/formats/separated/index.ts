import { AppError } from '../../../../common/errors/app-error.ts';
import { ident, literal, pathList, structOf } from '../../../store/quote.ts';
import type { Encoding, InputFile } from '../../files/input-file.ts';
import { type SampleText, sampleText } from '../../files/sample.ts';
import { columnNames } from '../../infer/column-names.ts';
import { inferColumn } from '../../infer/infer-column.ts';
import { nameOfPath, type Relation, type SourceValue } from '../../relation.ts';
import { stagedRelation } from '../../staging/staged-relation.ts';
import type { Format, InPlace, Layout, LayoutField, OpenOptions } from '../format.ts';
import { DIALECTS, isSeparated, type SeparatedName } from './dialects.ts';
import { looksLikeHeader } from './header.ts';
import { type Dialect, splitRecords } from './record-splitter.ts';
import { stageSeparated } from './stage.ts';

/** CSV and its relatives. Plain UTF-8 files are read by the engine as they are, all others through a stage. */
export const separatedFormat: Format = {
  names: ['csv', 'tsv', 'tsve', 'psv', 'scsv', 'sohsv'],
  layout: async (file, format, options) => {
    if (!isSeparated(format))
      throw new AppError('internal', 'format', `${format} is not separated.`);
    const sample = await sampleText(file, options.encoding);
    const records = readRecords(sample, DIALECTS[format]);
    if (records.length === 0) return emptyLayout(file, format, sample.encoding);
    const header = options.header ?? looksLikeHeader(records);
    return describe(file, format, sample, records, header);
  },
};

/** Records of all pieces; in later pieces only those that have as many fields as most. */
function readRecords(sample: SampleText, dialect: Dialect): string[][] {
  const [head = '', ...others] = sample.pieces;
  const records = splitRecords(head, dialect);
  if (!sample.wholeFile && records.length > 1) records.pop();
  const width = records[0]?.length ?? 0;
  for (const piece of others) {
    const more = splitRecords(piece, dialect);
    more.pop();
    records.push(...more.filter((r) => r.length === width));
  }
  return records;
}

function describe(
  file: InputFile,
  format: SeparatedName,
  sample: SampleText,
  records: readonly string[][],
  header: boolean,
): Layout {
  const [first = []] = records;
  const rows = header ? records.slice(1) : records;
  const width = header ? first.length : rows.reduce((most, row) => Math.max(most, row.length), 0);
  const { names, notes } = columnNames(
    header ? first : Array.from({ length: width }, (_, i) => `Column${i + 1}`),
  );
  const ragged = rows.some((row) => row.length !== width);
  const fields = names.map(
    (name, i): LayoutField => ({
      ...inferColumn(name, column(rows, i)),
      name,
    }),
  );
  const bytesPerRow = Math.max(1, sample.sampledBytes / Math.max(1, records.length));
  // Only what the engine's own reader takes exactly as this sample was read goes there directly.
  const direct =
    sample.encoding === 'utf-8' &&
    !sample.damaged &&
    !ragged &&
    file.compression === 'none' &&
    !DIALECTS[format].backslash &&
    width > 1;
  const shape: Shape = { file, format, header, encoding: sample.encoding, fields };
  return {
    ...shape,
    positional: !header,
    rows,
    wholeFile: sample.wholeFile,
    estimatedRows: Math.ceil(sample.totalBytes / bytesPerRow),
    bytesPerRow,
    notes: [...notes, ...fields.flatMap((f) => f.note ?? [])],
    likeness: JSON.stringify([format, header, sample.encoding, direct, names]),
    open: (files, options, context) =>
      direct
        ? Promise.resolve(openDirect(shape, files, options))
        : stageSeparated(shape, files, context, options.strict),
    ...(direct
      ? {
          repaired: () => describe(file, format, { ...sample, damaged: true }, records, header),
          inPlace: () => Promise.resolve(inPlace(shape)),
        }
      : {}),
  };
}

export interface Shape {
  readonly file: InputFile;
  readonly format: SeparatedName;
  readonly header: boolean;
  readonly encoding: Encoding;
  readonly fields: readonly LayoutField[];
}

function* column(rows: readonly string[][], i: number): Iterable<string | null> {
  for (const row of rows) yield row[i] ?? null;
}

function openDirect(shape: Shape, files: readonly InputFile[], options: OpenOptions): Relation {
  const dialect = DIALECTS[shape.format];
  const names = shape.fields.map((_, i) => `f${i}`);
  const columns = structOf(names.map((n) => [n, `'VARCHAR'`] as const));
  const reader = `read_csv(${pathList(files.map((f) => f.path))}, auto_detect = false, columns = ${columns}, delim = ${literal(dialect.delimiter)}, quote = '"', escape = '"', header = ${shape.header}${options.named || options.numbered ? `, filename = 'source_file'` : ''}, compression = 'none', hive_partitioning = false)`;
  const field = (ordinal: number): SourceValue | undefined => {
    const name = names[ordinal];
    return name === undefined ? undefined : { sql: ident(name), storage: 'TEXT' };
  };
  return {
    from: options.numbered ? `(SELECT *, row_number() OVER () AS rn FROM ${reader})` : reader,
    field,
    path: ([head]) => field(shape.fields.findIndex((f) => f.name === head)),
    fileName: nameOfPath('"source_file"', files, literal),
    ...(options.numbered ? { rowNumber: '"rn"' } : {}),
    notes: [],
  };
}

function inPlace(shape: Shape): InPlace {
  const dialect = DIALECTS[shape.format];
  const names = shape.fields.map((_, i) => `f${i}`);
  return {
    reader: {
      kind: 'csv',
      delimiter: dialect.delimiter,
      quote: dialect.quote,
      escape: dialect.quote,
      header: shape.header,
      encoding: 'utf-8',
      compression: 'none',
      fields: names,
    },
    columns: shape.fields.map((f, i) => ({
      column: f.name,
      field: names[i] ?? f.name,
      // Epoch numbers need a transformation, which only a load can do.
      type: f.transform === undefined ? f.type : 'long',
      storage: 'TEXT',
      mayBeNull: true,
      ...(f.format === undefined ? {} : { format: f.format }),
    })),
    rowCount: -1,
  };
}

function emptyLayout(file: InputFile, format: SeparatedName, encoding: Encoding): Layout {
  return {
    file,
    format,
    header: false,
    encoding,
    fields: [],
    positional: true,
    rows: [],
    wholeFile: true,
    estimatedRows: 0,
    bytesPerRow: 1,
    notes: [`${file.name} is empty`],
    likeness: JSON.stringify([format, 'empty', file.path]),
    open: () => Promise.resolve(stagedEmpty()),
  };
}

function stagedEmpty(): Relation {
  return {
    ...stagedRelation([], [], []),
    from: `(SELECT CAST(NULL AS BIGINT) AS rn, '' AS stage_file WHERE false)`,
  };
}
