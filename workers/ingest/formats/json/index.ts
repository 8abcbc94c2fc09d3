import type { FormatName } from '../../../../common/contract/ingest.ts';
import { AppError } from '../../../../common/errors/app-error.ts';
import type { InputFile } from '../../files/input-file.ts';
import { type SampleText, sampleText } from '../../files/sample.ts';
import type { Format, InPlace, Layout, LayoutField } from '../format.ts';
import { fieldsOfRecords, type RecordFields } from './fields.ts';
import { openJson } from './open.ts';
import { detectJsonLayout, type JsonLayout, recordsOf } from './records.ts';

/** JSON lines, one array of records, or records one after the other. */
export const jsonFormat: Format = {
  names: ['json', 'multijson'],
  layout: async (file, format, options) => {
    const sample = await sampleText(file, options.encoding);
    const layout = layoutOf(sample, format);
    const records = sampleRecords(sample, layout, file);
    const plain =
      sample.encoding === 'utf-8' && !sample.bom && !sample.damaged && file.compression === 'none';
    const shape: JsonShape = { layout, encoding: sample.encoding, plain, checkLines: false };
    return describe(file, format, sample, shape, {
      records,
      ...fieldsOfRecords(records, options.nestedLevels),
    });
  },
};

/**
 * JSON objects, one per line, in plain UTF-8, by somebody's word: nothing is looked at, nothing is forgiven. With
 * `objects` the values that paths lead through are objects too, and are parsed once for all columns.
 */
export function knownLines(
  file: InputFile,
  known: {
    readonly lines: number;
    readonly bytes: number;
    readonly longest: number;
    readonly objects: boolean;
  },
): Layout {
  const { lines, bytes, longest, objects } = known;
  const shape: JsonShape = {
    layout: 'newline_delimited',
    encoding: 'utf-8',
    plain: true,
    checkLines: false,
    objects,
    longest,
  };
  return {
    file,
    format: 'json',
    header: false,
    encoding: 'utf-8',
    fields: [{ name: 'v', path: '$.v', type: 'dynamic' }],
    positional: false,
    rows: [],
    wholeFile: false,
    estimatedRows: lines,
    bytesPerRow: Math.ceil(bytes / Math.max(1, lines)),
    notes: [],
    likeness: '',
    open: (files, options, context) => openJson(shape, files, options, context),
  };
}

interface Records extends RecordFields {
  readonly records: readonly string[];
}

function describe(
  file: InputFile,
  format: FormatName,
  sample: SampleText,
  shape: JsonShape,
  found: Records,
): Layout {
  const { records, fields, rows } = found;
  const characters = records.reduce((sum, r) => sum + r.length, 0);
  const bytesPerRow = Math.max(1, characters / Math.max(1, records.length));
  return {
    file,
    format,
    header: false,
    encoding: sample.encoding,
    fields,
    positional: false,
    rows,
    wholeFile: sample.wholeFile,
    estimatedRows: Math.ceil(sample.totalBytes / bytesPerRow),
    bytesPerRow,
    notes: [
      ...(records.length === 0 ? [`${file.name} is empty`] : []),
      ...fields.flatMap((f) => f.note ?? []),
    ],
    likeness: JSON.stringify([shape]),
    open: (files, options, context) => openJson(shape, files, options, context),
    ...(shape.checkLines || shape.layout !== 'newline_delimited'
      ? {}
      : {
          repaired: () =>
            describe(file, format, sample, { ...shape, plain: false, checkLines: true }, found),
        }),
    ...(shape.plain ? { inPlace: () => Promise.resolve(inPlace(shape, fields)) } : {}),
  };
}

export interface JsonShape {
  readonly layout: JsonLayout;
  readonly encoding: SampleText['encoding'];
  /** UTF-8 without a byte order mark, not compressed: the engine reads the file as it is. */
  readonly plain: boolean;
  /** Lines that are no JSON objects are left out and counted. */
  readonly checkLines: boolean;
  /** Values that paths lead through are objects. */
  readonly objects?: boolean;
  /** Bytes of the longest line, where that is known. */
  readonly longest?: number;
}

function layoutOf(sample: SampleText, format: FormatName): JsonLayout {
  const [head = ''] = sample.pieces;
  const layout = detectJsonLayout(head);
  // `json` promises one record per line; what isn't so is read as multijson reads it.
  return format === 'multijson' && layout === 'newline_delimited' ? 'unstructured' : layout;
}

function sampleRecords(sample: SampleText, layout: JsonLayout, file: InputFile): string[] {
  const [head = '', ...others] = sample.pieces;
  const records = recordsOf(head, layout, sample.wholeFile);
  if (layout === 'newline_delimited')
    for (const piece of others) records.push(...recordsOf(piece, layout, false));
  const valid = records.filter((raw) => isObject(raw));
  if (records.length > 0 && valid.length === 0)
    throw new AppError(
      'input',
      'not_json',
      `${file.name} holds no JSON objects: ${problemOf(records[0] ?? '')}.`,
    );
  return valid;
}

function isObject(raw: string): boolean {
  if (!raw.startsWith('{')) return false;
  try {
    JSON.parse(raw);
    return true;
  } catch {
    return false;
  }
}

function problemOf(raw: string): string {
  try {
    JSON.parse(raw);
    return `the first record is ${raw.slice(0, 40)}`;
  } catch (error) {
    return `record 1: ${(error as Error).message}`;
  }
}

function inPlace(shape: JsonShape, fields: readonly LayoutField[]): InPlace {
  return {
    reader: {
      kind: 'json',
      layout: shape.layout === 'unstructured' ? 'auto' : shape.layout,
      compression: 'none',
    },
    columns: fields.map((f) => ({
      column: f.name,
      field: f.name,
      type: f.transform === undefined ? f.type : 'long',
      storage: f.type === 'dynamic' ? 'JSON' : 'TEXT',
      mayBeNull: true,
    })),
    rowCount: -1,
  };
}
