import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeBatch } from '../../common/arrow/result-batch.ts';
import type { ResultInfo } from '../../common/contract/query.ts';
import type { StreamDefinition, StreamStart } from '../../common/contract/stream.ts';
import { plainText } from '../../common/text/format-value.ts';
import type { Host } from '../host/host.ts';
import { DEFAULT_DATABASE } from '../host/samples.ts';
import type { CliCommand } from './command.ts';
import { interruptible } from './interrupt.ts';
import { openHost } from './open-host.ts';
import { writeResults } from './output.ts';
import { sourceAt } from './source-address.ts';
import { readArguments, UsageError } from './usage.ts';

const LOOK_MS = 500;

/** Follows a source into a table, and prints what comes, until it gets SIGINT. */
export const tail: CliCommand = async (argv) => {
  const { values, positionals } = readArguments(argv, {
    table: { type: 'string' },
    query: { type: 'string' },
    format: { type: 'string' },
    from: { type: 'string', default: 'latest' },
    data: { type: 'string' },
    db: { type: 'string', default: DEFAULT_DATABASE },
  });
  const [address, ...others] = positionals;
  if (address === undefined || others.length > 0)
    throw new UsageError('Name one source: kafka://HOST:PORT/TOPIC, file:PATH, ….');
  const { source, name, format, secret } = sourceAt(address, values.format);
  const table = values.table ?? name;
  const definition: StreamDefinition = {
    name: `${name} into ${table}`,
    database: values.db,
    table,
    source,
    format,
    start: startOf(values.from),
    flush: { seconds: 1, rows: 500_000, bytes: 64 * 1024 * 1024 },
  };
  const started = new Date().toISOString();
  const host = openHost('owner', values.data);
  try {
    return await interruptible(async (signal) => {
      await follow(host, definition, secret, signal);
      await print(host, definition, { query: values.query, since: started }, signal);
      return 0;
    });
  } finally {
    await host.close();
  }
};

function startOf(text: string): StreamStart {
  if (text === 'earliest' || text === 'latest') return { from: text };
  if (Number.isNaN(Date.parse(text)))
    throw new UsageError(
      `--from ${text}: write earliest, latest or a time like 2026-01-31T12:00Z.`,
    );
  return { from: 'time', time: new Date(text).toISOString() };
}

/** A stream that was made before goes on where it ended. */
async function follow(
  host: Host,
  definition: StreamDefinition,
  secret: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const context = { signal, emit: () => {} };
  const { streams } = await host.handlers['streams.list']({}, context);
  const known = streams.find((s) => s.definition.name === definition.name);
  const kept = secret === undefined ? {} : { secret };
  if (!known) await host.handlers['streams.create']({ definition, ...kept }, context);
  else if (known.state === 'paused')
    await host.handlers['streams.resume']({ name: definition.name }, context);
}

/** Prints, after each commit, the rows that came with it. A stream's extents are as old as their order. */
async function print(
  host: Host,
  { name, table, database }: StreamDefinition,
  { query, since: started }: { readonly query: string | undefined; readonly since: string },
  signal: AbortSignal,
): Promise<void> {
  const context = { signal, emit: () => {} };
  const from = `['${table.replaceAll("'", "\\'")}']`;
  const ask = async (text: string): Promise<readonly ResultInfo[]> => {
    const request = {
      queryId: `tail-${randomUUID()}`,
      text,
      database,
      options: {},
      parameters: {},
    };
    return (await host.handlers['query.run']({ ...request, record: false }, context)).results;
  };
  const newest = async (since: string): Promise<string> => {
    const [result] = await ask(`${from} ${since} | summarize at = max(ingestion_time())`);
    if (!result) return '';
    const { resultId } = result;
    const { batch } = await host.handlers['query.window'](
      { resultId, offset: 0, limit: 1 },
      context,
    );
    const cells = decodeBatch(batch);
    await host.handlers['query.release']({ resultIds: [resultId] }, context);
    return plainText(cells.cell(0, 0), 'datetime');
  };
  let last = started;
  let said = '';
  while (!signal.aborted) {
    const { streams } = await host.handlers['streams.list']({}, context);
    const stream = streams.find((s) => s.definition.name === name);
    if (!stream) return;
    if (stream.message !== said) {
      said = stream.message;
      if (said !== '') process.stderr.write(`${stream.state}: ${said}\n`);
    }
    const since = `| where ingestion_time() > datetime(${last})`;
    const now = await newest(since);
    if (now !== '') {
      const results = await ask(
        `${from} ${since} | where ingestion_time() <= datetime(${now})${query ? ` | ${query}` : ''}`,
      );
      await writeResults(host.handlers, results, 'ndjson', undefined, signal);
      await host.handlers['query.release']({ resultIds: results.map((r) => r.resultId) }, context);
      last = now;
    }
    await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}
