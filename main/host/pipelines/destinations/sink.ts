import { join } from 'node:path';
import type { HostContext } from '../../context.ts';
import { type Delivery, withResult } from './delivery.ts';

type SinkDestination = Extract<
  Delivery['definition']['destination'],
  { kind: 'kafka' } | { kind: 'postgres' }
>;

/** The name of a pipeline's secret in the store. */
export const secretOf = (kind: 'pipeline' | 'alert', key: string): string => `${kind}:${key}`;

export function sinkOf(host: HostContext, key: string, destination: SinkDestination) {
  const secret = host.secrets.get(secretOf('pipeline', key));
  return { destination, key, ...(secret === undefined ? {} : { secret }) };
}

/** Whether a batch that was cut off has arrived all the same. */
export async function hasArrived(
  host: HostContext,
  key: string,
  destination: Delivery['definition']['destination'],
  batch: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (destination.kind !== 'postgres') return false;
  const sink = sinkOf(host, key, destination);
  const { holds } = await host.streamWorker.call('sink.holds', { ...sink, batch }, { signal });
  return holds;
}

/**
 * Rows that a worker takes somewhere else. PostgreSQL keeps the number of the batch in the transaction that keeps its
 * rows, so that none is sent twice. Kafka has no such place.
 */
export async function toSink(delivery: Delivery, destination: SinkDestination): Promise<number> {
  const { host, entry, number, signal, confirm } = delivery;
  const sink = sinkOf(host, entry.state.key, destination);
  return withResult(delivery, (result) =>
    host.writer.staged(async (folder) => {
      const path = join(folder, 'rows.ndjson');
      await host.queryWorker.call(
        'query.export',
        { resultId: result.resultId, format: 'ndjson', path },
        { signal },
      );
      const columns = result.columns.map(({ name, type }) => ({ name, type }));
      const { rows } = await host.streamWorker.call(
        'sink.write',
        { ...sink, batch: number, path, columns },
        { signal },
      );
      host.catalog.change(() => confirm(rows));
      return rows;
    }),
  );
}
