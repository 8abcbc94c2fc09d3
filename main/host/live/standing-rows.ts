import { randomUUID } from 'node:crypto';
import type { Extent } from '../../../common/contract/store.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import type { QueryWorker } from '../context.ts';

/** The rows that a standing query keeps of some extents, held in the query worker. */
export interface StandingRows {
  readonly columns: readonly Column[];
  readonly matched: number;
  read(offset: number, limit: number): Promise<{ rows: number; batch: Uint8Array<ArrayBuffer> }>;
}

export interface Standing {
  readonly pipe: string;
  readonly signal: AbortSignal;
}

/** Runs a standing query over extents of its table and gives the rows to `work`; they are released then. */
export async function withStandingRows<T>(
  queryWorker: QueryWorker,
  table: TableRow,
  extents: readonly Extent[],
  { pipe, signal }: Standing,
  work: (rows: StandingRows) => Promise<T>,
): Promise<T> {
  const { resultId, columns, rowCount } = await queryWorker.call(
    'standing.run',
    {
      queryId: `live-${randomUUID()}`,
      database: table.database,
      table: table.name,
      pipe,
      given: {
        database: table.database,
        table: table.name,
        columns: table.columns.map(({ name, type }) => ({ name, type })),
        extents: [...extents],
        extentsTotal: extents.length,
      },
    },
    { signal },
  );
  try {
    return await work({
      columns,
      matched: rowCount,
      read: async (offset, limit) => {
        const window = await queryWorker.call(
          'query.window',
          { resultId, offset, limit },
          { signal },
        );
        return { rows: window.rowCount, batch: window.batch };
      },
    });
  } finally {
    queryWorker.call('query.release', { resultIds: [resultId] }).catch(() => undefined);
  }
}
