import { Client } from 'pg';
import { AppError } from '../../../../common/errors/app-error.ts';
import { lineChunks } from '../lines.ts';
import type { Sink, SinkTarget } from '../sink.ts';
import { columnDefinitions, quoted, recordDefinition, values } from './columns.ts';
import { translated } from './errors.ts';

/** Rows of one statement: PostgreSQL takes texts up to a gigabyte, and memory is the thread's. */
const CHUNK = { lines: 5_000, characters: 4_000_000 };
const CONNECT_MS = 15_000;
/** Where the numbers of the batches stand that have arrived; beside the table, in its schema. */
const BATCHES = 'calypso_batches';

type Target = SinkTarget<'postgres'>;

async function withClient<T>(
  { destination, secret }: Pick<Target, 'destination' | 'secret'>,
  signal: AbortSignal,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { host, port, database, user, tls } = destination.server;
  const client = new Client({
    host,
    port,
    database,
    user,
    ...(secret === undefined ? {} : { password: secret }),
    ssl: tls === 'off' ? false : { rejectUnauthorized: tls === 'verify' },
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'calypso',
  });
  // A connection that breaks rejects what runs on it; unheard, the event would end the thread.
  client.on('error', () => {});
  const abort = (): void => {
    client.connection.stream.destroy();
  };
  try {
    signal.throwIfAborted();
    signal.addEventListener('abort', abort, { once: true });
    await client.connect();
    return await work(client);
  } catch (error) {
    if (signal.aborted) throw AppError.cancelled('sink.write');
    throw translated(error, `PostgreSQL at ${host}:${port}`);
  } finally {
    signal.removeEventListener('abort', abort);
    await client.end().catch(() => {});
  }
}

const placeOf = ({ destination }: Pick<Target, 'destination'>) => ({
  table: `${quoted(destination.schema)}.${quoted(destination.table)}`,
  batches: `${quoted(destination.schema)}.${BATCHES}`,
});

async function lastBatch(client: Client, target: Target, lock: boolean): Promise<number> {
  const { batches } = placeOf(target);
  const known = await client.query('SELECT to_regclass($1) AS found', [batches]);
  if (known.rows[0]?.found === null) return 0;
  const { rows } = await client.query(
    `SELECT batch FROM ${batches} WHERE pipeline = $1${lock ? ' FOR UPDATE' : ''}`,
    [target.key],
  );
  return Number(rows[0]?.batch ?? 0);
}

async function insert(
  client: Client,
  target: Target,
  batch: Parameters<Sink<'postgres'>['write']>[1],
): Promise<number> {
  const { columns, path, signal, onRows } = batch;
  const { mode } = target.destination;
  const { table } = placeOf(target);
  await client.query(`CREATE TABLE IF NOT EXISTS ${table} (${columnDefinitions(columns)})`);
  if (mode === 'replace') await client.query(`TRUNCATE ${table}`);
  const names = columns.map(({ name }) => quoted(name)).join(', ');
  const statement = `INSERT INTO ${table} (${names}) SELECT ${values(columns)} FROM json_to_recordset($1::json) AS r(${recordDefinition(columns)})`;
  let rows = 0;
  for await (const lines of lineChunks(path, CHUNK, signal)) {
    await client.query(statement, [`[${lines.join(',')}]`]);
    rows += lines.length;
    onRows(rows);
  }
  return rows;
}

/**
 * Rows of a PostgreSQL table. The number of the batch is in the transaction that keeps its rows: whatever is cut
 * off, a batch is there once or not at all.
 */
export const postgresSink: Sink<'postgres'> = {
  holds: (target, batch, signal) =>
    withClient(target, signal, async (client) => (await lastBatch(client, target, false)) >= batch),

  write: (target, batch) =>
    withClient(target, batch.signal, async (client) => {
      const { batches } = placeOf(target);
      await client.query(
        `CREATE TABLE IF NOT EXISTS ${batches} (pipeline text PRIMARY KEY, batch bigint NOT NULL, at timestamptz NOT NULL)`,
      );
      await client.query('BEGIN');
      await client.query(
        `INSERT INTO ${batches} (pipeline, batch, at) VALUES ($1, 0, now()) ON CONFLICT DO NOTHING`,
        [target.key],
      );
      const held = await lastBatch(client, target, true);
      if (held >= batch.batch) {
        await client.query('ROLLBACK');
        return 0;
      }
      const rows = await insert(client, target, batch);
      await client.query(`UPDATE ${batches} SET batch = $2, at = now() WHERE pipeline = $1`, [
        target.key,
        batch.batch,
      ]);
      await client.query('COMMIT');
      return rows;
    }),

  forget: (target, signal) =>
    withClient(target, signal, async (client) => {
      if ((await lastBatch(client, target, false)) > 0)
        await client.query(`DELETE FROM ${placeOf(target).batches} WHERE pipeline = $1`, [
          target.key,
        ]);
    }),
};
