import { join } from 'node:path';
import type { Client } from '../../../common/contract/rpc.ts';
import type { SnapshotContract } from '../../../common/contract/worker.ts';
import type { Outside } from '../../kql/plan/outside.ts';
import type { Results } from '../results.ts';
import { fromEngine } from '../values.ts';
import { httpRequest } from './http.ts';
import { runPython } from './python.ts';

type Host = Pick<Client<SnapshotContract>, 'call'>;

/** What plugins reach beyond the engine: by way of the host, which knows what is allowed. */
export function createOutside(host: Host, results: Results, spillFolder: string): Outside {
  const folder = join(spillFolder, 'python');
  return {
    infer: async (request, signal) => {
      const { columns } = await host.call('external.infer', request, { signal });
      return columns.map((c) => ({ name: c.name, type: c.type, transform: c.transform }));
    },
    http: async (request, signal) => {
      const { permissions, requestId } = await host.call('permissions.get', {}, { signal });
      return httpRequest(request, permissions.http, requestId, signal);
    },
    python: async function* (request, rows, signal) {
      const { permissions } = await host.call('permissions.get', {}, { signal });
      yield* runPython(request, rows, permissions.python, folder, signal);
    },
    showCommand: async (text, database, signal) => {
      const { result } = await host.call('command.show', { text, database }, { signal });
      try {
        const values = await results.values(result.resultId);
        const rows = Array.from({ length: result.rowCount }, (_, r) =>
          result.columns.map((c, i) => fromEngine(values[i]?.[r] ?? null, c.type)),
        );
        return { columns: result.columns, rows };
      } finally {
        await results.release([result.resultId]);
      }
    },
  };
}
