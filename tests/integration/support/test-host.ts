import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeBatch } from '../../../common/arrow/result-batch.ts';
import type { HostContract } from '../../../common/contract/host.ts';
import { createPeer, type Peer } from '../../../common/contract/peer.ts';
import { plainText } from '../../../common/text/format-value.ts';
import { createHost, type Host, type HostOptions } from '../../../main/host/host.ts';
import { inMemoryTransports } from '../../../main/host/transport/in-memory.ts';

export const SAMPLES = new URL('../../../samples/', import.meta.url);

/** A real host with real workers in a folder of its own, and a client as a window has one. */
export interface TestHost {
  readonly folder: string;
  readonly host: Host;
  readonly client: Peer<HostContract, never>;
  /** Runs a query or command; cells as text, the first result only. */
  query(text: string, database?: string): Promise<string[][]>;
  /** Closes and opens the same data folder again. */
  reopen(): Promise<TestHost>;
  close(): Promise<void>;
}

const MEMORY_BYTES = 1_000_000_000;

export function openTestHost(
  options: Partial<HostOptions> = {},
  folder = mkdtempSync(join(tmpdir(), 'host-test-')),
): TestHost {
  const host = createHost({
    dataFolder: folder,
    memoryLimit: MEMORY_BYTES,
    threads: 2,
    ...options,
  });
  const [mine, theirs] = inMemoryTransports();
  host.connect(theirs);
  const client = createPeer<HostContract, never>(mine);
  let number = 0;
  return {
    folder,
    host,
    client,
    async query(text, database = 'Local') {
      const outcome = await client.call('query.run', {
        queryId: `test-${++number}`,
        text,
        database,
      });
      const [result] = outcome.results;
      if (!result) return [];
      const window = await client.call('query.window', {
        resultId: result.resultId,
        offset: 0,
        limit: 1_000,
      });
      const batch = decodeBatch(window.batch);
      return Array.from({ length: batch.rowCount }, (_, row) =>
        batch.columns.map(({ type }, column) => plainText(batch.cell(row, column), type)),
      );
    },
    async reopen() {
      client.close();
      await host.close();
      return openTestHost(options, folder);
    },
    async close() {
      client.close();
      await host.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
