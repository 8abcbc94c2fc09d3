import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ExternalFiles, shownUri } from '../../../common/contract/external.ts';
import type { PruningRange } from '../../../common/contract/store.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import type { Session } from '../../store/database.ts';
import { literal } from '../../store/quote.ts';
import type { FileCache } from '../external/file-cache.ts';
import type { ExternalFile, ListContext } from '../external/list-files.ts';
import { openUri } from '../external/open-uri.ts';
import { openFolder } from '../storage/folder.ts';
import { type Add, type DeletionVector, statisticsOf } from './actions.ts';
import { deletedRows } from './deletion-vector.ts';
import { LOG_FOLDER, readTable } from './log.ts';
import { mayHold } from './prune.ts';
import { type DeltaSchema, schemaOf } from './schema.ts';
import { TableFolder } from './table-folder.ts';

export interface DeltaContext extends ListContext {
  readonly session: Session;
  readonly cache?: FileCache | undefined;
}

type Source = Pick<ExternalFiles, 'uris' | 'delta' | 'namePrefix' | 'fileExtension'>;

/** A Delta table with the files that a query has to read. */
export interface DeltaFiles {
  readonly schema: DeltaSchema;
  readonly version: number;
  readonly files: readonly ExternalFile[];
  /** Before any was left out. */
  readonly total: number;
}

/** Whether a folder of this machine holds a Delta table. */
export async function isDeltaFolder(path: string): Promise<boolean> {
  return (await stat(join(path, LOG_FOLDER)).catch(() => undefined))?.isDirectory() ?? false;
}

/** Columns of a table as queries see them. */
export function columnsOf({ columns }: DeltaSchema): Column[] {
  return columns.map(({ name, type }) => ({ name, type }));
}

/** Reads a table's log and keeps the files that may hold a row within the ranges. */
export async function deltaFiles(
  source: Source,
  ranges: readonly PruningRange[],
  context: DeltaContext,
): Promise<DeltaFiles> {
  const folder = await tableFolder(source, context);
  const { version, at } = source.delta ?? {};
  const table = await readTable(folder, { version, at }, context);
  const schema = schemaOf(table.metaData);
  const partitions = new Set(schema.partitionColumns);
  const files: ExternalFile[] = [];
  for (const add of table.files) {
    if (!mayHold(add, schema.columns, partitions, ranges)) continue;
    const name = add.path.split('/').at(-1) ?? '';
    if (source.namePrefix !== undefined && !name.startsWith(source.namePrefix)) continue;
    if (source.fileExtension !== undefined && !name.endsWith(source.fileExtension)) continue;
    files.push(await externalFile(add, schema, folder, context));
  }
  return { schema, version: table.version, files, total: table.files.length };
}

async function tableFolder(source: Source, context: DeltaContext): Promise<TableFolder> {
  const [uri = '', ...others] = source.uris;
  if (others.length > 0)
    throw new AppError('input', 'one_delta_folder', 'A Delta table is one folder.');
  const { cache, folder, signal } = context;
  const opened = await openUri(uri, context.memory);
  switch (opened.kind) {
    case 'path': {
      const path = resolve(opened.path);
      return new TableFolder(openFolder({ kind: 'folder', path }), '', { signal });
    }
    case 'store': {
      const root = opened.key === '' || opened.key.endsWith('/') ? opened.key : `${opened.key}/`;
      return new TableFolder(opened.place, root, {
        placed: async (file) => {
          if (cache) return await cache.placed(file, folder, { signal });
          throw new AppError(
            'internal',
            'no_cache',
            'There is no place for copies of stored files.',
          );
        },
        at: opened.at,
        signal,
      });
    }
    case 'address':
      throw new AppError(
        'unsupported',
        'address_not_listable',
        `${shownUri(uri)}: the folders of a web address can't be listed, so it can't be a Delta table.`,
      );
  }
}

async function externalFile(
  add: Add,
  schema: DeltaSchema,
  folder: TableFolder,
  context: DeltaContext,
): Promise<ExternalFile> {
  const values = new Map<string, string>();
  for (const name of schema.partitionColumns) {
    const column = schema.columns.find((c) => c.name === name);
    const value = add.partitionValues[column?.physical ?? name];
    // An empty text is a missing value (protocol, "Partition Value Serialization").
    if (value !== undefined && value !== null && value !== '') values.set(name, value);
  }
  const records = statisticsOf(add)?.numRecords;
  const { deletionVector } = add;
  return {
    ...folder.file(decodedPath(add.path), add.size),
    bytes: add.size,
    values,
    constants: values,
    folder: '',
    modifiedAt: add.modificationTime,
    ...(records === undefined ? {} : { rowCount: records - (deletionVector?.cardinality ?? 0) }),
    ...(deletionVector
      ? { deletedRows: await writeDeleted(deletionVector, schema, folder, context) }
      : {}),
  };
}

/** Paths are URLs (protocol, "Add File and Remove File"). */
function decodedPath(path: string): string {
  return /^[a-z][a-z0-9+.-]+:/i.test(path) ? path : decodeURIComponent(path);
}

/** Numbers written at a time. */
const LINES = 65_536;

/** Writes the numbers of a file's deleted rows where the engine can join them. */
async function writeDeleted(
  vector: DeletionVector,
  schema: DeltaSchema,
  folder: TableFolder,
  { session, folder: temporary, signal }: DeltaContext,
): Promise<string> {
  const hidden = schema.columns.find((c) => /^file_(index|row_number)$/i.test(c.physical));
  if (hidden)
    throw new AppError(
      'unsupported',
      'delta_feature',
      `not implemented in Calypso: Delta tables with deletion vectors and a column ${hidden.name}`,
    );
  const rows = await deletedRows(vector, (path, start, length) => folder.read(path, start, length));
  await mkdir(temporary, { recursive: true });
  const path = join(temporary, `deleted-${crypto.randomUUID()}`);
  const handle = await open(`${path}.txt`, 'w');
  try {
    let lines: number[] = [];
    for (const row of rows) {
      lines.push(row);
      if (lines.length < LINES) continue;
      await handle.write(`${lines.join('\n')}\n`);
      lines = [];
    }
    if (lines.length > 0) await handle.write(`${lines.join('\n')}\n`);
  } finally {
    await handle.close();
  }
  await session.rows(
    `COPY (SELECT "row" FROM read_csv(${literal(`${path}.txt`)}, auto_detect = false, header = false, columns = {'row': 'BIGINT'})) TO ${literal(`${path}.parquet`)} (FORMAT parquet)`,
    { signal },
  );
  await rm(`${path}.txt`);
  return `${path}.parquet`;
}
