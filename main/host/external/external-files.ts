import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ExternalCache,
  type ExternalScan,
  type ExternalFiles as Files,
  visibleColumns,
} from '../../../common/contract/external.ts';
import type { MappedColumn } from '../../../common/contract/ingest.ts';
import type { Permissions } from '../../../common/contract/permissions.ts';
import type { PruningRange, TableSnapshot } from '../../../common/contract/store.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { parseMapping } from '../commands/mapping.ts';
import type { IngestWorker } from '../context.ts';
import { findExternalTable } from './external-tables.ts';
import { openUris } from './sealed-uris.ts';

/** Copies of stored files beyond this many bytes make room for others. */
const CACHE_BYTES = 20 * 1024 ** 3;

interface Parts {
  readonly catalog: Catalog;
  /** Where fetched and converted files go, emptied at every start. */
  readonly folder: string;
  /** Where copies of files that lie in stores stay. */
  readonly cacheFolder: string;
  readonly ingestWorker: () => IngestWorker;
  readonly secret: (name: string) => string | undefined;
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
        cache: this.cache,
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
          { files, folder, cache: this.cache, ...(limit === undefined ? {} : { limit }) },
          { signal },
        );
      return listed.files;
    });
  }

  /** Columns of files that nobody has described: what a look before a load would find, or what a log says. */
  async infer(files: Files, mode: 'any' | 'last' | 'all', signal: AbortSignal) {
    this.checkAddresses(files);
    return await this.withFolder((folder) =>
      this.parts
        .ingestWorker()
        .call('external.infer', { files, mode, folder, cache: this.cache }, { signal }),
    );
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
    const web = files.uris.some((uri) => /^(?!file:)[a-z][a-z0-9+.-]+:\/\//i.test(uri));
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

  private get cache(): ExternalCache {
    return { folder: this.parts.cacheFolder, maxBytes: CACHE_BYTES };
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
    const table = openUris(
      { get: this.parts.secret },
      findExternalTable(this.parts.catalog, scan.database, scan.name),
    );
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
