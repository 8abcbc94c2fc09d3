import { AppError } from '../../../../common/errors/app-error.ts';
import { convertStorage } from '../../../store/convert-stored.ts';
import { kqlTypeOfStorage, storageFamily } from '../../../store/kql-storage.ts';
import { ident, literal, pathList } from '../../../store/quote.ts';
import { readBytes } from '../../files/byte-stream.ts';
import type { InputFile } from '../../files/input-file.ts';
import { columnNames } from '../../infer/column-names.ts';
import { duckdbJsonPath, formatJsonPath } from '../../json-path.ts';
import { nameOfPath, type Relation } from '../../relation.ts';
import { createCopy } from '../../staging/plain-copy.ts';
import type {
  Format,
  FormatContext,
  InPlace,
  Layout,
  LayoutField,
  OpenOptions,
} from '../format.ts';

const PREVIEW_ROWS = 200;

interface Field extends LayoutField {
  readonly field: string;
  readonly storage: string;
}

/** Parquet, read by the engine. Column types are the file's own. */
export const parquetFormat: Format = {
  names: ['parquet'],
  layout: async (original, _, __, context) => {
    const file = await uncompressed(original, context);
    const { session, signal } = context;
    const list = pathList([file.path]);
    const reader = `read_parquet(${list}, hive_partitioning = false)`;
    const described = await session.describe(reader, { signal });
    const { fields, notes } = fieldsOf(described);
    const texts = fields.map((f) => `CAST(${ident(f.field)} AS VARCHAR)`);
    const rows = await session.rows(
      `SELECT ${texts.join(', ')} FROM ${reader} LIMIT ${PREVIEW_ROWS}`,
      { signal },
    );
    const [counts] = await session.rows(
      `SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(${list})`,
      { signal },
    );
    const rowCount = Number(counts?.[0] ?? 0);
    const layout: Layout = {
      file: original,
      format: 'parquet',
      header: true,
      encoding: 'utf-8',
      fields,
      positional: false,
      rows: rows as (string | null)[][],
      wholeFile: rowCount <= PREVIEW_ROWS,
      estimatedRows: rowCount,
      bytesPerRow: (file.bytes * 4) / Math.max(1, rowCount),
      notes,
      likeness: JSON.stringify(['parquet', described, file === original]),
      open: async (files, options) => {
        const plain: InputFile[] = [];
        for (const f of files) plain.push(f === original ? file : await uncompressed(f, context));
        return openParquet(fields, plain, options);
      },
      ...(file === original
        ? {
            inPlace: async () => ({
              reader: { kind: 'parquet' as const },
              columns: await storedColumns(fields, file, context),
              rowCount,
            }),
          }
        : {}),
    };
    return layout;
  },
};

/** Where a Parquet file that is read in place holds its columns; its rows aren't looked at. */
export async function parquetInPlace(
  file: Pick<InputFile, 'path'>,
  context: FormatContext,
): Promise<InPlace> {
  const { session, signal } = context;
  const list = pathList([file.path]);
  const described = await session.describe(`read_parquet(${list}, hive_partitioning = false)`, {
    signal,
  });
  const [counts] = await session.rows(
    `SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(${list})`,
    { signal },
  );
  return {
    reader: { kind: 'parquet' },
    columns: await storedColumns(fieldsOf(described).fields, file, context),
    rowCount: Number(counts?.[0] ?? 0),
  };
}

function fieldsOf(described: readonly { readonly name: string; readonly storage: string }[]): {
  readonly fields: Field[];
  readonly notes: readonly string[];
} {
  const { names, notes } = columnNames(described.map((c) => c.name));
  const fields = described.map(
    (c, i): Field => ({
      name: names[i] ?? c.name,
      type: kqlTypeOfStorage(c.storage),
      path: formatJsonPath([c.name]),
      field: c.name,
      storage: c.storage,
    }),
  );
  return { fields, notes };
}

function openParquet(
  fields: readonly Field[],
  files: readonly InputFile[],
  options: OpenOptions,
): Relation {
  const reader = `read_parquet(${pathList(files.map((f) => f.path))}, hive_partitioning = false${options.named || options.numbered ? `, filename = 'source_file'` : ''}${options.numbered ? ', file_row_number = true' : ''})`;
  return {
    from: reader,
    field: (ordinal) => {
      const f = fields[ordinal];
      return f && { sql: ident(f.field), storage: f.storage };
    },
    path: ([top, ...rest]) => {
      if (top === undefined) return { sql: `to_json(${structOfFields(fields)})`, storage: 'JSON' };
      const f = fields.find((c) => c.field === top);
      if (f === undefined) return undefined;
      if (rest.length === 0) return { sql: ident(f.field), storage: f.storage };
      const json = convertStorage(
        ident(f.field),
        storageFamily(f.storage) === 'text' ? 'TEXT' : f.storage,
        'dynamic',
      );
      return { sql: `json_extract(${json}, ${literal(duckdbJsonPath(rest))})`, storage: 'JSON' };
    },
    fileName: nameOfPath('"source_file"', files, literal),
    ...(options.numbered ? { rowNumber: '("file_row_number" + 1)' } : {}),
    notes: [],
  };
}

function structOfFields(fields: readonly Field[]): string {
  return `{${fields.map((f) => `${literal(f.field)}: ${ident(f.field)}`).join(', ')}}`;
}

/** Whether a text column has NULLs is in the footer; reading them decides whether filters can be pushed down. */
async function storedColumns(
  fields: readonly Field[],
  file: Pick<InputFile, 'path'>,
  context: FormatContext,
) {
  const rows = await context.session.rows(
    `SELECT path_in_schema, bool_and(coalesce(stats_null_count, 1) = 0) FROM parquet_metadata(${pathList([file.path])}) GROUP BY 1`,
    { signal: context.signal },
  );
  const full = new Set(rows.flatMap(([name, never]) => (never === true ? [String(name)] : [])));
  return fields.map((f) => ({
    column: f.name,
    field: f.field,
    type: f.type,
    storage: f.storage,
    mayBeNull: !full.has(f.field),
  }));
}

/** A Parquet file inside of gzip or zstd has to be unpacked first: it is read from its end. */
async function uncompressed(file: InputFile, context: FormatContext): Promise<InputFile> {
  if (file.compression === 'none') return file;
  const copy = await createCopy(file, context, readBytes(file, { signal: context.signal }));
  if (copy.bytes === 0) throw new AppError('input', 'empty_file', `${file.name} is empty.`);
  return { ...file, path: copy.path, bytes: copy.bytes, compression: 'none' };
}
