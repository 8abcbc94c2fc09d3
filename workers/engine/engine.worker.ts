import { queryWorkerContract, type SnapshotContract } from '../../common/contract/worker.ts';
import { serveWorker } from '../runtime/serve-worker.ts';
import { createQueryHandlers } from './handlers.ts';

await serveWorker<typeof queryWorkerContract, SnapshotContract>({
  contract: queryWorkerContract,
  handlers: (host, settings) =>
    createQueryHandlers(
      settings,
      {
        take: async (queryId, tables) => {
          const answer = await host.call('snapshot.take', {
            queryId,
            tables: tables.map((t) => ({ ...t, ranges: [...t.ranges] })),
          });
          return answer.tables;
        },
        open: (queryId, scan, ranges, convert, signal) =>
          host.call('external.open', { queryId, scan, ranges: [...ranges], convert }, { signal }),
        release: async (queryId) => {
          await host.call('snapshot.release', { queryId });
        },
      },
      host,
    ),
});
