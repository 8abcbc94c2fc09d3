import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ingestWorkerContract } from '../../common/contract/worker.ts';
import { serveWorker } from '../runtime/serve-worker.ts';
import { Database } from '../store/database.ts';
import { mergeExtents } from '../store/merge.ts';
import { expose } from './external/expose.ts';
import { describeFiles } from './external/list-files.ts';
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
        const exposed = await expose(params, { database, temporaryFolder, signal });
        return {
          columns: [...exposed.columns],
          extents: [...exposed.extents],
          filesTotal: exposed.filesTotal,
        };
      },
      'external.samplePaths': ({ files }) => ({ samples: samplePaths(files) }),
      'external.list': async ({ files, folder, limit }, { signal }) => ({
        files: await describeFiles(files, { folder, signal }, limit),
      }),
      'store.merge': async (params, { signal }) => ({
        extents: await database.session((session) => mergeExtents(session, params, { signal })),
      }),
      'engine.memory': async () => ({ bytes: await database.memoryBytes() }),
    };
  },
});
