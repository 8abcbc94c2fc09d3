import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExternalFiles } from '../../../common/contract/external.ts';
import { visibleColumns } from '../../../common/contract/external.ts';
import type { MappedColumn, ReadOptions } from '../../../common/contract/ingest.ts';
import type { Extent, PruningRange } from '../../../common/contract/store.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import type { Session } from '../../store/database.ts';
import { pathList } from '../../store/quote.ts';
import { type DeltaFiles, deltaFiles } from '../delta/delta-files.ts';
import { nestedNames, parquetTree } from '../delta/nested-names.ts';
import type { FormatContext, InPlace } from '../formats/format.ts';
import { parquetInPlace } from '../formats/parquet/index.ts';
import { load, withNames } from '../load.ts';
import { lookAt } from '../look.ts';
import { openFiles } from '../sources/open-files.ts';
import { type ExternalFile, listExternalFiles } from './list-files.ts';
import { type ExposeContext, placed } from './place-files.ts';
import { constantColumn, type FieldName, identity, placeColumns } from './stored-columns.ts';

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
 * into files of `folder`. Files of stores are copied first.
 */
export async function expose(request: ExposeRequest, context: ExposeContext): Promise<Exposed> {
  const { files, folder, ranges } = request;
  await mkdir(folder, { recursive: true });
  const columns = visibleColumns(files);
  if (files.delta) {
    const table = await context.database.session((session) =>
      deltaFiles(files, ranges, { ...context, folder, session }),
    );
    const run = new Exposure(request, context, table);
    return { columns, extents: await run.extents(table.files), filesTotal: table.total };
  }
  const listed = await listExternalFiles(files, ranges, { ...context, folder });
  const run = new Exposure(request, context);
  const extents = await run.extents(listed.filter((file) => file.bytes > 0));
  return { columns, extents, filesTotal: listed.length };
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
  readonly #context: ExposeContext;
  readonly #delta: DeltaFiles | undefined;
  readonly #columns: readonly Column[];
  readonly #ingestedAt = ticksOfUnixMillis(Date.now()).toString();

  constructor(request: ExposeRequest, context: ExposeContext, delta?: DeltaFiles) {
    this.#request = request;
    this.#context = context;
    this.#delta = delta;
    this.#columns = request.files.columns.map(({ name, type }) => ({ name, type }));
  }

  async extents(found: readonly ExternalFile[]): Promise<Extent[]> {
    if (found.length === 0) return [];
    const { database, temporaryFolder, signal } = this.#context;
    await mkdir(temporaryFolder, { recursive: true });
    const workFolder = await mkdtemp(join(temporaryFolder, 'expose-'));
    const local = await placed(found, this.#request.folder, this.#context);
    const files = withHeaders(local, this.#request.files.headers);
    try {
      return await database.session(async (session) => {
        const format: FormatContext = { session, workFolder, signal };
        const extents: Extent[] = [];
        const rest: ReadFile[] = [];
        for (const group of await this.#groups(files, session)) {
          const convert = this.#request.convert && !this.#delta;
          const place = convert ? undefined : await this.#inPlace(group, format);
          if (place === undefined) rest.push(...group);
          else extents.push(...place);
        }
        extents.push(...(await this.#converted(rest)));
        return extents;
      });
    } catch (error) {
      throw withNames(error, files);
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
        `SELECT file_name, string_agg(concat_ws('|', name, "type", type_length, repetition_type, num_children, converted_type, "scale", "precision", field_id, logical_type), chr(10)) FROM parquet_schema(${pathList(files.map((f) => f.path))}) GROUP BY 1`,
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
    const looked = await this.#look(first, format);
    if (looked === 'empty') return [];
    if (looked === undefined) return undefined;
    const { place, rows } = looked;
    const columns = placeColumns(place, {
      columns: this.#columns,
      format: looked.format,
      mapping: this.#request.columns,
      fieldNames: await this.#fieldNames(first, format),
    });
    if (columns === undefined) return undefined;
    return files.map(
      (file): Extent => ({
        extentId: randomUUID(),
        path: file.path,
        reader: place.reader,
        rowCount: file.rowCount ?? rows,
        sizeBytes: file.bytes,
        columns: [
          // What one file says of NULLs holds for no other.
          ...columns.map((c) => (files.length > 1 ? { ...c, mayBeNull: true } : c)),
          ...this.#constants(file),
        ],
        ranges: [],
        ingestedAt: this.#ingestedAt,
        tags: [],
        ...(file.path === file.name ? {} : { name: file.name }),
        ...(file.deletedRows === undefined ? {} : { deletedRows: file.deletedRows }),
      }),
    );
  }

  async #look(
    file: ReadFile,
    format: FormatContext,
  ): Promise<
    | { readonly place: InPlace; readonly format: string; readonly rows: number }
    | 'empty'
    | undefined
  > {
    const opened = await openFiles(
      { paths: [file.path], names: [file.name] },
      format.workFolder,
      format.signal,
    );
    const [only] = opened;
    if (this.#request.files.format === 'parquet' && only?.container === 'none') {
      const place = await parquetInPlace(only, format);
      return { place, format: 'parquet', rows: place.rowCount };
    }
    const { layouts } = await lookAt(opened, this.#options(file), format);
    const [layout] = layouts;
    if (layout === undefined || layout.fields.length === 0) return 'empty';
    if (layouts.length > 1 || layout.file.container === 'zip' || layout.inPlace === undefined)
      return undefined;
    const place = await layout.inPlace(format);
    const rows = place.rowCount < 0 ? layout.estimatedRows : place.rowCount;
    return { place, format: layout.format, rows };
  }

  /** What a file of a Delta table calls the columns that stand in it. */
  async #fieldNames(
    file: ReadFile,
    { session, signal }: FormatContext,
  ): Promise<ReadonlyMap<string, FieldName> | undefined> {
    const schema = this.#delta?.schema;
    if (!schema) return undefined;
    const { columns, partitionColumns, mapping } = schema;
    const inFiles = columns.filter((c) => !partitionColumns.includes(c.name));
    if (mapping === 'none') return new Map(inFiles.map((c) => [c.name, { field: c.physical }]));
    const tree = await parquetTree(session, file.path, signal);
    return new Map(
      inFiles.flatMap((c): [string, FieldName][] => {
        const node = tree.find((n) => (c.id === undefined ? n.name === c.physical : n.id === c.id));
        return node
          ? [[c.name, { field: node.name, names: nestedNames(c.delta, node, mapping) }]]
          : [];
      }),
    );
  }

  #options(file: Pick<ReadFile, 'header'>): ReadOptions {
    const { format } = this.#request.files;
    return { nestedLevels: 1, header: file.header, ...(format ? { format } : {}) };
  }

  #constants(file: ReadFile) {
    return visibleColumns(this.#request.files).flatMap((column) => {
      const value = file.constants.get(column.name);
      return value === undefined ? [] : [constantColumn(column, value)];
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
