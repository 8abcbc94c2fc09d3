import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExternalCache, ExternalFiles } from '../../common/contract/external.ts';
import { ingestWorkerContract } from '../../common/contract/worker.ts';
import { serveWorker } from '../runtime/serve-worker.ts';
import { Database } from '../store/database.ts';
import { mergeExtents } from '../store/merge.ts';
import { describe, inferColumns } from './external/describe.ts';
import { expose } from './external/expose.ts';
import { FileCaches } from './external/file-cache.ts';
import { samplePaths } from './external/sample-paths.ts';
import { inspect } from './inspect.ts';
import { load } from './load.ts';
import { register } from './register.ts';

await serveWorker({
  contract: ingestWorkerContract,
  handlers: async (_, settings) => {
    const database = await Database.open({
      spillFolder: join(settings.spillFolder, 'duckdb'),
      memoryLimit: settings.memoryLimit,
      threads: settings.threads,
    });
    const temporaryFolder = join(settings.spillFolder, 'files');
    // Copies that a killed thread left behind.
    await rm(temporaryFolder, { recursive: true, force: true });
    const caches = new FileCaches();
    const outside = ({ files, cache }: { files: ExternalFiles; cache: ExternalCache }) => ({
      database,
      temporaryFolder,
      cache: caches.of(cache),
      memory: { folder: cache.folder, offline: files.whenOffline ?? 'error' },
    });
    return {
      'ingest.inspect': (params, { signal }) =>
        inspect(params, { database, temporaryFolder, signal }),
      'ingest.write': (params, { signal, emit }) =>
        load(params, { database, temporaryFolder, signal, emit }),
      'ingest.register': async (params, { signal }) => {
        const { columns, extents } = await register(params, { database, temporaryFolder, signal });
        return { columns, extents };
      },
      'external.expose': async (params, { signal }) => {
        const exposed = await expose(params, { ...outside(params), signal });
        return {
          columns: [...exposed.columns],
          extents: [...exposed.extents],
          filesTotal: exposed.filesTotal,
        };
      },
      'external.samplePaths': ({ files }) => ({ samples: samplePaths(files) }),
      'external.infer': (params, { signal }) =>
        inferColumns(params, { ...outside(params), signal }),
      'external.list': async (params, { signal }) => ({
        files: await describe(params, { ...outside(params), signal }),
      }),
      'store.merge': async (params, { signal }) => ({
        extents: await database.session((session) => mergeExtents(session, params, { signal })),
      }),
      'engine.memory': async () => ({ bytes: await database.memoryBytes() }),
    };
  },
});
