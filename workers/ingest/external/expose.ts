import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExternalFiles } from '../../../common/contract/external.ts';
import { visibleColumns } from '../../../common/contract/external.ts';
import type { MappedColumn, ReadOptions } from '../../../common/contract/ingest.ts';
import type { Extent, PruningRange, StoredColumn } from '../../../common/contract/store.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { formatDatetime, ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import type { Session } from '../../store/database.ts';
import { pathList } from '../../store/quote.ts';
import type { FormatContext, InPlace, Layout } from '../formats/format.ts';
import { formatJsonPath, parseJsonPath } from '../json-path.ts';
import { type LoadContext, load } from '../load.ts';
import { lookAt } from '../look.ts';
import { openFiles } from '../sources/open-files.ts';
import { type ExternalFile, listExternalFiles } from './list-files.ts';

export interface ExposeRequest {
  readonly files: ExternalFiles;
  /** The mapping, read. */
  readonly columns?: readonly MappedColumn[] | undefined;
  readonly ranges: readonly PruningRange[];
  /** Fetched and converted files go here; whoever asks deletes it when the query is done. */
  readonly folder: string;
  /** Leave nothing in place: a reader of the engine refused a file that the patient ones take. */
  readonly convert: boolean;
}

export interface Exposed {
  readonly columns: readonly Column[];
  readonly extents: readonly Extent[];
  /** Before partitions were left out. */
  readonly filesTotal: number;
}

/**
 * Makes files readable by queries, with the columns that the source states. What the engine reads as it is stays
 * where it is; all else (compressed text, Avro, Arrow, logs, mappings with transformations…) goes the way of a load
 * into files of `folder`.
 */
export async function expose(request: ExposeRequest, context: LoadContext): Promise<Exposed> {
  const { files, folder, ranges } = request;
  await mkdir(folder, { recursive: true });
  const listed = await listExternalFiles(files, ranges, { folder, signal: context.signal });
  const filled = listed.filter((file) => file.bytes > 0);
  const run = new Exposure(request, context);
  const extents = await run.extents(withHeaders(filled, files.headers));
  return { columns: visibleColumns(files), extents, filesTotal: listed.length };
}

interface ReadFile extends ExternalFile {
  readonly header: boolean;
}

/** `FirstFile`: the first file of a folder begins with names. */
function withHeaders(
  files: readonly ExternalFile[],
  headers: ExternalFiles['headers'],
): readonly ReadFile[] {
  const folders = new Set<string>();
  return files.map((file) => {
    const first = !folders.has(file.folder);
    folders.add(file.folder);
    return { ...file, header: headers === 'all' || (headers === 'first' && first) };
  });
}

class Exposure {
  readonly #request: ExposeRequest;
  readonly #context: LoadContext;
  readonly #columns: readonly Column[];
  readonly #ingestedAt = ticksOfUnixMillis(Date.now()).toString();

  constructor(request: ExposeRequest, context: LoadContext) {
    this.#request = request;
    this.#context = context;
    this.#columns = request.files.columns.map(({ name, type }) => ({ name, type }));
  }

  async extents(files: readonly ReadFile[]): Promise<Extent[]> {
    if (files.length === 0) return [];
    const { database, temporaryFolder, signal } = this.#context;
    await mkdir(temporaryFolder, { recursive: true });
    const workFolder = await mkdtemp(join(temporaryFolder, 'expose-'));
    try {
      return await database.session(async (session) => {
        const format: FormatContext = { session, workFolder, signal };
        const extents: Extent[] = [];
        const rest: ReadFile[] = [];
        for (const group of await this.#groups(files, session)) {
          const place = this.#request.convert ? undefined : await this.#inPlace(group, format);
          if (place === undefined) rest.push(...group);
          else extents.push(...place);
        }
        extents.push(...(await this.#converted(rest)));
        return extents;
      });
    } finally {
      await rm(workFolder, { recursive: true, force: true });
    }
  }

  /** Files that are alike without a look at each: Parquet says its schema in its footer. */
  async #groups(
    files: readonly ReadFile[],
    session: Session,
  ): Promise<readonly (readonly ReadFile[])[]> {
    if (this.#request.files.format !== 'parquet' || files.length === 1)
      return files.map((f) => [f]);
    try {
      const rows = await session.rows(
        `SELECT file_name, string_agg(concat_ws('|', name, "type", type_length, repetition_type, num_children, converted_type, "scale", "precision", logical_type), chr(10)) FROM parquet_schema(${pathList(files.map((f) => f.path))}) GROUP BY 1`,
        { signal: this.#context.signal },
      );
      const schemas = new Map(rows.map(([path, schema]) => [String(path), String(schema)]));
      return [...Map.groupBy(files, (f) => schemas.get(f.path) ?? f.path).values()];
    } catch (error) {
      // A file that is no Parquet is told apart by the look at each.
      if (error instanceof AppError && error.kind === 'input') return files.map((f) => [f]);
      throw error;
    }
  }

  /** Extents of files as they are; undefined where they have to be converted. */
  async #inPlace(files: readonly ReadFile[], format: FormatContext): Promise<Extent[] | undefined> {
    const [first] = files;
    if (first === undefined) return [];
    const opened = await openFiles(
      { paths: [first.path], names: [first.name] },
      format.workFolder,
      format.signal,
    );
    const { layouts } = await lookAt(opened, this.#options(first), format);
    const [layout] = layouts;
    if (layout === undefined || layout.fields.length === 0) return [];
    if (layouts.length > 1 || layout.file.container === 'zip' || layout.inPlace === undefined)
      return undefined;
    const place = await layout.inPlace(format);
    const columns = this.#storedColumns(layout, place);
    if (columns === undefined) return undefined;
    return files.map(
      (file): Extent => ({
        extentId: randomUUID(),
        path: file.path,
        reader: place.reader,
        rowCount: place.rowCount < 0 ? layout.estimatedRows : place.rowCount,
        sizeBytes: file.bytes,
        columns: [
          // What one file says of NULLs holds for no other.
          ...columns.map((c) => (files.length > 1 ? { ...c, mayBeNull: true } : c)),
          ...this.#constants(file),
        ],
        ranges: [],
        ingestedAt: this.#ingestedAt,
        tags: [],
      }),
    );
  }

  #options(file: Pick<ReadFile, 'header'>): ReadOptions {
    const { format } = this.#request.files;
    return { nestedLevels: 1, header: file.header, ...(format ? { format } : {}) };
  }

  /** Where each column stands in the file; undefined if only a load can make one of them. */
  #storedColumns(layout: Layout, place: InPlace): StoredColumn[] | undefined {
    const found: StoredColumn[] = [];
    const names = new Set(this.#columns.map((c) => c.name.toLowerCase()));
    // The engine's JSON reader doesn't tell case apart.
    if (place.reader.kind === 'json' && names.size < this.#columns.length) return undefined;
    for (const [i, column] of this.#columns.entries()) {
      const mapped = this.#request.columns?.find((c) => c.name === column.name);
      if (this.#request.columns !== undefined && mapped === undefined) continue;
      if (mapped?.transform !== undefined) return undefined;
      if (mapped?.constant !== undefined) {
        found.push(constantColumn(column, mapped.constant));
        continue;
      }
      const source = mapped ? sourceOf(mapped, column) : layoutSource(layout, column, i);
      if (source === undefined) return undefined;
      const stored = storedColumn(place, source);
      if (stored === undefined) continue;
      const { format, ...rest } = stored;
      found.push({
        ...rest,
        column: column.name,
        type: column.type,
        // Text that nobody has checked is no JSON yet.
        storage:
          column.type === 'dynamic' && stored.storage === 'VARCHAR'
            ? 'TEXT'
            : storageFor(place, stored, column),
        ...(format !== undefined && column.type === stored.type ? { format } : {}),
      });
    }
    return found;
  }

  #constants(file: ReadFile): StoredColumn[] {
    return this.#request.files.partitions.flatMap((p) => {
      const value = file.values.get(p.name);
      if (p.source !== undefined || value === undefined) return [];
      const text = p.type === 'datetime' ? formatDatetime(BigInt(value)) : value;
      return [constantColumn({ name: p.name, type: p.type }, text)];
    });
  }

  /** Loads files into the folder, together where they have the same header and the same virtual columns. */
  async #converted(files: readonly ReadFile[]): Promise<Extent[]> {
    const groups = Map.groupBy(files, (f) => JSON.stringify([f.header, this.#constants(f)]));
    const extents: Extent[] = [];
    for (const group of groups.values()) {
      const [first] = group;
      if (first === undefined) continue;
      const folder = await mkdtemp(join(this.#request.folder, 'rows-'));
      const options = this.#options(first);
      const loaded = await load(
        {
          source: { paths: group.map((f) => f.path), names: group.map((f) => f.name) },
          options,
          columns:
            this.#request.columns ??
            identity(this.#columns, this.#request.files.format ?? (await this.#formatOf(first))),
          target: [...this.#columns],
          onBadCell: 'keep',
          maxErrors: Number.MAX_SAFE_INTEGER,
          folder,
          errorFolder: join(folder, 'errors'),
        },
        this.#context,
      );
      for (const extent of loaded.extents)
        extents.push({ ...extent, columns: [...extent.columns, ...this.#constants(first)] });
    }
    return extents;
  }

  /** The format of a file that nobody has named. */
  async #formatOf(file: ReadFile): Promise<string> {
    const { database, temporaryFolder, signal } = this.#context;
    const workFolder = await mkdtemp(join(temporaryFolder, 'expose-'));
    try {
      return await database.session(async (session) => {
        const opened = await openFiles(
          { paths: [file.path], names: [file.name] },
          workFolder,
          signal,
        );
        const { layouts } = await lookAt(opened.slice(0, 1), this.#options(file), {
          session,
          workFolder,
          signal,
        });
        return layouts[0]?.format ?? 'csv';
      });
    } finally {
      await rm(workFolder, { recursive: true, force: true });
    }
  }
}

const BY_POSITION: ReadonlySet<string> = new Set([
  'csv',
  'tsv',
  'tsve',
  'psv',
  'scsv',
  'sohsv',
  'txt',
  'raw',
]);

/** Page "Ingestion mappings", identity mapping: by position in separated formats, else by name. */
function identity(columns: readonly Column[], format: string): MappedColumn[] {
  return columns.map((c, ordinal) =>
    BY_POSITION.has(format)
      ? { name: c.name, type: c.type, ordinal }
      : { name: c.name, type: c.type, path: formatJsonPath([c.name]) },
  );
}

type Source = { readonly ordinal: number } | { readonly name: string };

function layoutSource(layout: Layout, column: Column, ordinal: number): Source {
  return BY_POSITION.has(layout.format) ? { ordinal } : { name: column.name };
}

/** A mapping's place, if it is a plain field. */
function sourceOf(mapped: MappedColumn, column: Column): Source | undefined {
  if (mapped.ordinal !== undefined) return { ordinal: mapped.ordinal };
  const path = mapped.path === undefined ? [column.name] : parseJsonPath(mapped.path);
  const [only] = path;
  return path.length === 1 && typeof only === 'string' ? { name: only } : undefined;
}

function storedColumn(place: InPlace, source: Source): StoredColumn | undefined {
  if ('ordinal' in source) return place.columns[source.ordinal];
  const found = place.columns.find((c) => c.field === source.name);
  if (found !== undefined || place.reader.kind !== 'json') return found;
  // The sample may not have shown a property that later records have.
  return {
    column: source.name,
    field: source.name,
    type: 'string',
    storage: 'TEXT',
    mayBeNull: true,
  };
}

function storageFor(place: InPlace, stored: StoredColumn, column: Column): string {
  if (place.reader.kind !== 'json') return stored.storage;
  return column.type === 'dynamic' ? 'JSON' : 'TEXT';
}

function constantColumn(column: Column, constant: string): StoredColumn {
  return {
    column: column.name,
    field: '',
    type: column.type,
    storage: 'TEXT',
    mayBeNull: false,
    constant,
  };
}
