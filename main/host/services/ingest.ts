import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { shownUri } from '../../../common/contract/external.ts';
import type { HostHandlers } from '../../../common/contract/host.ts';
import type {
  IngestEvent,
  IngestReport,
  IngestRequest,
  IngestSource,
  ingestCalls,
} from '../../../common/contract/ingest.ts';
import type { StoredSource } from '../../../common/contract/storage-place.ts';
import { asAppError } from '../../../common/errors/app-error.ts';
import { isStorageAddress, parseStorageAddress } from '../../../common/text/storage-address.ts';
import type { TableCommit } from '../catalog/catalog.ts';
import { ingestScript } from '../commands/ingest-script.ts';
import type { HostContext } from '../context.ts';
import { placeOf, withinContainer } from '../storage/look.ts';
import { resolveMapping } from './mappings.ts';

export function ingestService(host: HostContext): Pick<HostHandlers, keyof typeof ingestCalls> {
  return {
    'ingest.inspect': async ({ source, options, columns }, { signal }) =>
      withLocalSource(host, source, (local) =>
        host.ingestWorker.call(
          'ingest.inspect',
          { source: local, options, ...(columns ? { columns } : {}) },
          { signal },
        ),
      ),
    'ingest.run': (request, { signal, emit }) => runIngestion(host, request, { signal, emit }),
    'ingest.script': (request) => ({ text: ingestScript(host.catalog, request) }),
    'ingest.beginUpload': ({ name, bytes }) => host.files.beginUpload(name, bytes),
    'ingest.dropUploads': async ({ ids }) => {
      await host.files.dropUploads(ids);
      return {};
    },
  };
}

interface Watch {
  readonly signal: AbortSignal;
  readonly emit?: (event: IngestEvent) => void;
}

/**
 * From files to committed rows, as a job. An error or a cancel before the commit leaves nothing behind;
 * uploads are kept for another try.
 */
export async function runIngestion(
  host: HostContext,
  request: IngestRequest,
  { signal, emit }: Watch,
): Promise<IngestReport> {
  const database = host.catalog.databases.writable(request.database);
  const existing = host.catalog.tables.find(request.database, request.table);
  const job = host.jobs.run('ingest', `Ingest into ${request.table}`, signal, (handle) =>
    host.writer.staged((staging) =>
      withLocalSource(host, request.source, async (source) => {
        const columns = mappedColumns(host, request);
        const folder = join(staging, 'rows');
        const errorFolder = join(staging, 'errors');
        await mkdir(folder);
        await mkdir(errorFolder);
        const written = await host.ingestWorker.call(
          'ingest.write',
          {
            source,
            options: request.options,
            ...(columns ? { columns } : {}),
            ...(existing ? { target: [...existing.columns] } : {}),
            onBadCell: request.onBadCell,
            maxErrors: request.maxErrors,
            folder,
            errorFolder,
          },
          {
            signal: handle.signal,
            onEvent: (event) => {
              const share = event.bytesTotal > 0 ? event.bytesRead / event.bytesTotal : -1;
              handle.update(share, `${event.rows.toLocaleString('en')} rows`);
              emit?.(event);
            },
          },
        );
        handle.signal.throwIfAborted();
        const errorTable = `${request.table}_errors`;
        const commits: TableCommit[] = [
          {
            database,
            table: request.table,
            columns: written.columns,
            extents: written.extents.map((e) => ({
              ...e,
              tags: [...e.tags, ...request.tags],
              ...(request.createdAt === undefined ? {} : { createdAt: request.createdAt }),
            })),
            owned: true,
          },
        ];
        if (written.errorExtents.length > 0)
          commits.push({
            database,
            table: errorTable,
            columns: written.errorColumns,
            extents: written.errorExtents,
            owned: true,
          });
        await host.writer.commit(commits);
        return {
          ...written.report,
          database: request.database,
          table: request.table,
          ...(written.errorExtents.length > 0 ? { errorTable } : {}),
        };
      }),
    ),
  );
  const report = await job.catch((error: unknown) => {
    noteFailure(host, request, error);
    throw error;
  });
  if (request.source.kind === 'uploads') await host.files.dropUploads(request.source.ids);
  return report;
}

/** Gives `work` files on this machine; pasted text is a file for as long as it runs. */
async function withLocalSource<T>(
  host: HostContext,
  source: IngestSource,
  work: (local: { paths: string[]; names: string[]; stored?: StoredSource[] }) => Promise<T>,
): Promise<T> {
  switch (source.kind) {
    case 'paths':
      return work(localPaths(source.paths));
    case 'storage': {
      const { place, secret } = placeOf(host, source.at);
      const stored = {
        place: withinContainer(place, source.container),
        keys: source.keys,
        ...(secret === undefined ? {} : { secret }),
      };
      return work({ paths: [], names: [], stored: [stored] });
    }
    case 'uploads':
      return work(host.files.uploaded(source.ids));
    case 'text': {
      const path = await host.files.pastedText(source.text, source.name);
      try {
        return await work({ paths: [path], names: [source.name] });
      } finally {
        await host.files.remove(path);
      }
    }
  }
}

/** Addresses of stores among the paths have to be fetched. */
function localPaths(given: readonly string[]): {
  paths: string[];
  names: string[];
  stored: StoredSource[];
} {
  const paths = given.filter((path) => !isStorageAddress(path));
  const stored = given.filter(isStorageAddress).map((address): StoredSource => {
    const { place, key, secret } = parseStorageAddress(address);
    return { place, keys: [key], ...(secret === undefined ? {} : { secret }) };
  });
  return { paths, names: paths, stored };
}

/** The columns that the request brings, or those of the stored mapping that it names. */
function mappedColumns(host: HostContext, request: IngestRequest): IngestRequest['columns'] {
  const { mapping, database, table, options } = request;
  if (mapping === undefined) return request.columns;
  return [...resolveMapping(host, database, table, options.format, mapping)];
}

/** For `.show ingestion failures`. What somebody cancelled has not failed. */
function noteFailure(host: HostContext, request: IngestRequest, error: unknown): void {
  const { kind, code, message } = asAppError(error);
  if (kind === 'cancelled') return;
  const { source } = request;
  host.catalog.failures.add({
    at: new Date().toISOString(),
    operation: request.operationId ?? '',
    database: request.database,
    table: request.table,
    source:
      source.kind === 'paths'
        ? source.paths.map(shownUri).join(', ')
        : source.kind === 'text'
          ? source.name
          : source.kind === 'storage'
            ? source.keys.join(', ')
            : 'upload',
    kind: kind === 'resource' || kind === 'source' ? 'Transient' : 'Permanent',
    code,
    details: message,
  });
}
