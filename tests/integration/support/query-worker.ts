import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createPeer, type Peer } from '../../../common/contract/peer.ts';
import { permissions } from '../../../common/contract/permissions.ts';
import type { Extent } from '../../../common/contract/store.ts';
import {
  type QueryWorkerContract,
  type SnapshotContract,
  snapshotContract,
} from '../../../common/contract/worker.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { workerTransport } from '../../../main/host/transport/message-port.ts';
import { Database } from '../../../workers/store/database.ts';
import { writeExtents } from '../../../workers/store/extent-writer.ts';

export interface TestTable {
  readonly name: string;
  readonly columns: readonly (Column & { readonly sql: string })[];
  /** What stands behind FROM. */
  readonly from: string;
  readonly rows: number;
}

/** A real query worker over real extents of one database `Db`; this side plays the host. */
export interface QueryWorkerUnderTest {
  readonly worker: Peer<QueryWorkerContract, SnapshotContract>;
  readonly folder: string;
  readonly extents: ReadonlyMap<string, readonly Extent[]>;
  /** Snapshots that were taken and not given back. */
  readonly held: ReadonlySet<string>;
  close(): Promise<void>;
}

export async function startQueryWorker(
  tables: readonly TestTable[],
): Promise<QueryWorkerUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'query-worker-'));
  const spillFolder = join(folder, 'spill');
  const settings = { spillFolder, memoryLimit: 2_000_000_000, threads: 2 };
  const database = await Database.open(settings);
  const extents = new Map<string, readonly Extent[]>();
  for (const table of tables)
    extents.set(
      table.name,
      await database.session((session) =>
        writeExtents(session, {
          columns: table.columns,
          from: table.from,
          folder,
          estimatedRows: table.rows,
        }),
      ),
    );
  database.close();

  const held = new Set<string>();
  const thread = new Worker(new URL('../../../workers/engine/engine.worker.ts', import.meta.url), {
    workerData: settings,
    resourceLimits: { stackSizeMb: 48 },
  });
  const columnsOf = (name: string): Column[] =>
    (tables.find((t) => t.name === name)?.columns ?? []).map((c) => ({
      name: c.name,
      type: c.type,
    }));
  const worker = createPeer<QueryWorkerContract, SnapshotContract>(workerTransport(thread), {
    contract: snapshotContract,
    handlers: {
      'snapshot.take': ({ queryId, tables: wanted }) => {
        held.add(queryId);
        return {
          tables: wanted.map(({ table }) => ({
            database: 'Db',
            table,
            columns: columnsOf(table),
            extents: [...(extents.get(table) ?? [])],
            extentsTotal: extents.get(table)?.length ?? 0,
          })),
        };
      },
      'external.open': () => {
        throw new AppError('unsupported', 'no_files', 'This host opens no files.');
      },
      'external.infer': () => ({ columns: [] }),
      'external.mirrored': ({ files }) => ({ paths: files.map(() => '') }),
      'mirror.list': () => ({ files: [] }),
      'mirror.fetch': () => ({ paths: [] }),
      'permissions.get': () => ({ permissions: permissions.parse({}), requestId: 'test' }),
      'command.show': () => {
        throw new AppError('unsupported', 'no_commands', 'This host has no commands.');
      },
      'snapshot.release': ({ queryId }) => {
        held.delete(queryId);
        return {};
      },
    },
  });
  await worker.call('engine.setSchema', {
    version: 1,
    databases: [
      {
        name: 'Db',
        prettyName: '',
        readOnly: false,
        functions: [],
        tables: tables.map((t) => ({
          name: t.name,
          kind: 'table' as const,
          columns: columnsOf(t.name),
          folder: '',
          docstring: '',
          rowCount: t.rows,
          sizeBytes: 0,
          extentCount: extents.get(t.name)?.length ?? 0,
        })),
      },
    ],
  });
  return {
    worker,
    folder,
    extents,
    held,
    close: async () => {
      await thread.terminate();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
