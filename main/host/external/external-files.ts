import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ExternalScan,
  type ExternalFiles as Files,
  shownUri,
  visibleColumns,
} from '../../../common/contract/external.ts';
import type { MappedColumn } from '../../../common/contract/ingest.ts';
import type { Permissions } from '../../../common/contract/permissions.ts';
import type { PruningRange, TableSnapshot } from '../../../common/contract/store.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { parseMapping } from '../commands/mapping.ts';
import type { IngestWorker } from '../context.ts';
import { findExternalTable } from './external-tables.ts';

interface Parts {
  readonly catalog: Catalog;
  /** Where fetched and converted files go, emptied at every start. */
  readonly folder: string;
  readonly ingestWorker: () => IngestWorker;
  readonly permissions: () => Permissions;
  readonly onError: (message: string, error: unknown) => void;
}

/** Files of queries and external tables, made readable by the ingest worker, with what has to be deleted after. */
export class ExternalFiles {
  private readonly parts: Parts;
  private readonly folders = new Map<string, string[]>();

  constructor(parts: Parts) {
    this.parts = parts;
  }

  async open(
    request: {
      readonly queryId: string;
      readonly scan: ExternalScan;
      readonly ranges: readonly PruningRange[];
      readonly convert: boolean;
    },
    signal: AbortSignal,
  ): Promise<TableSnapshot> {
    const { scan, queryId, convert } = request;
    const { files, mapping } = this.resolve(scan);
    this.checkAddresses(files);
    const folder = this.newFolder(queryId);
    const exposed = await this.parts.ingestWorker().call(
      'external.expose',
      {
        files,
        ...(mapping === undefined ? {} : { columns: columnsOf(mapping, files) }),
        ranges: [...request.ranges],
        folder,
        convert,
      },
      { signal },
    );
    return {
      database: scan.kind === 'table' ? scan.database : '',
      table: scan.kind === 'table' ? scan.name : 'externaldata',
      columns: visibleColumns(files),
      extents: exposed.extents,
      extentsTotal: exposed.filesTotal,
    };
  }

  /** The files of a source with nothing read of them but what a listing tells. */
  async list(files: Files, signal: AbortSignal, limit?: number) {
    this.checkAddresses(files);
    return await this.withFolder(async (folder) => {
      const listed = await this.parts
        .ingestWorker()
        .call(
          'external.list',
          { files, folder, ...(limit === undefined ? {} : { limit }) },
          { signal },
        );
      return listed.files;
    });
  }

  /** Columns of files that nobody has described: what a look before a load would find. */
  async infer(
    files: Files,
    mode: 'any' | 'last' | 'all',
    signal: AbortSignal,
  ): Promise<(Column & { transform?: string })[]> {
    this.checkAddresses(files);
    return await this.withFolder(async (folder) => {
      const worker = this.parts.ingestWorker();
      const listed = await worker.call('external.list', { files, folder }, { signal });
      const filled = listed.files.filter((file) => file.bytes > 0);
      const chosen = mode === 'all' ? filled : filled.slice(0, 1);
      const latest = filled.reduce<(typeof filled)[number] | undefined>(
        (last, file) => (last === undefined || file.modifiedAt >= last.modifiedAt ? file : last),
        undefined,
      );
      const looked = mode === 'last' && latest ? [latest] : chosen;
      if (looked.length === 0)
        throw new AppError(
          'source',
          'nothing_found',
          `There is no file with data in ${files.uris.map(shownUri).join(', ')}.`,
        );
      const { columns } = await worker.call(
        'ingest.inspect',
        {
          source: { paths: looked.map((f) => f.path), names: looked.map((f) => f.name) },
          options: {
            nestedLevels: 1,
            header: files.headers === 'all',
            ...(files.format ? { format: files.format } : {}),
          },
        },
        { signal },
      );
      return columns.map(({ name, type, transform }) => ({
        name,
        type: transform === undefined ? type : 'long',
        ...(transform === undefined ? {} : { transform }),
      }));
    });
  }

  /** A folder that is deleted when the work is done. */
  async withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const id = randomUUID();
    try {
      return await work(this.newFolder(id));
    } finally {
      this.release(id);
    }
  }

  checkAddresses(files: Pick<Files, 'uris'>): void {
    const web = files.uris.some((uri) => /^https?:\/\//i.test(uri));
    if (web && !this.parts.permissions().externalData.web)
      throw new AppError(
        'unsupported',
        'web_not_allowed',
        'The settings of this desk let no query fetch web addresses.',
      );
  }

  release(queryId: string): void {
    for (const folder of this.folders.get(queryId) ?? [])
      rm(folder, { recursive: true, force: true }).catch((error: unknown) =>
        this.parts.onError(`could not delete ${folder}`, error),
      );
    this.folders.delete(queryId);
  }

  releaseAll(): void {
    for (const queryId of [...this.folders.keys()]) this.release(queryId);
  }

  private newFolder(queryId: string): string {
    const folder = join(this.parts.folder, `external-${randomUUID()}`);
    this.folders.set(queryId, [...(this.folders.get(queryId) ?? []), folder]);
    return folder;
  }

  private resolve(scan: ExternalScan): { readonly files: Files; readonly mapping?: string } {
    if (scan.kind === 'files')
      return scan.files.mapping === undefined
        ? { files: scan.files }
        : { files: scan.files, mapping: scan.files.mapping };
    const table = findExternalTable(this.parts.catalog, scan.database, scan.name);
    if (scan.mapping === undefined) return { files: table.files };
    const named = table.mappings.find((m) => m.name === scan.mapping);
    if (!named)
      throw new AppError(
        'semantic',
        'unknown_mapping',
        `The external table '${scan.name}' has no mapping '${scan.mapping}'.`,
        { hints: table.mappings.map((m) => `There is '${m.name}'.`) },
      );
    return { files: table.files, mapping: named.mapping };
  }
}

/** A mapping's columns with the types that the source states. */
function columnsOf(mapping: string, files: Files): MappedColumn[] {
  return parseMapping(mapping).map((mapped) => {
    const stated = files.columns.find((c) => c.name === mapped.name);
    if (!stated)
      throw new AppError(
        'input',
        'unknown_column',
        `The mapping names the column ${mapped.name}, which the schema hasn't.`,
      );
    return { ...mapped, type: stated.type };
  });
}
