import { AppError } from '../../../../common/errors/app-error.ts';
import { kafkaClient } from '../../sources/kafka/client.ts';
import { lineChunks } from '../lines.ts';
import type { Sink } from '../sink.ts';

/** A request stays well below the megabyte that brokers take. */
const CHUNK = { lines: 1_000, characters: 400_000 };

/**
 * One record per row, its value the row as JSON. The producer is idempotent: what it repeats after a lost answer is
 * one record. A batch that a crash cut off is sent again by another producer, so records may come twice.
 */
export const kafkaSink: Sink<'kafka'> = {
  holds: async () => false,
  forget: async () => {},
  async write({ destination, secret }, { path, columns, signal, onRows }) {
    const { cluster, topic, keyColumn } = destination;
    if (keyColumn !== undefined && !columns.some((c) => c.name === keyColumn))
      throw new AppError(
        'input',
        'unknown_column',
        `The rows have no column ${keyColumn} for the key.`,
      );
    const producer = kafkaClient(cluster, secret).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
    });
    try {
      await producer.connect();
      let rows = 0;
      for await (const lines of lineChunks(path, CHUNK, signal)) {
        await producer.send({
          topic,
          acks: -1,
          messages: lines.map((value) => ({ key: keyOf(value, keyColumn), value })),
        });
        rows += lines.length;
        onRows(rows);
      }
      return rows;
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof AppError) throw cause;
      throw new AppError(
        'source',
        'kafka_unavailable',
        `The rows could not be sent to the topic ${topic}: ${(cause as Error).message}`,
        { cause },
      );
    } finally {
      await producer.disconnect().catch(() => {});
    }
  },
};

function keyOf(line: string, column: string | undefined): string | null {
  if (column === undefined) return null;
  const value = (JSON.parse(line) as Record<string, unknown>)[column];
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
