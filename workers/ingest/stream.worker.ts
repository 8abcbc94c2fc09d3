import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { streamWorkerContract } from '../../common/contract/stream.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { serveWorker } from '../runtime/serve-worker.ts';
import { Database } from '../store/database.ts';
import { decoderOf } from './streams/decode.ts';
import { Hurry } from './streams/hurry.ts';
import { runStream } from './streams/run-stream.ts';
import { sourceKind } from './streams/sources.ts';
import { peeked } from './streams/stream-source.ts';

/** Records that show what a new table should look like. */
const SAMPLE_RECORDS = 500;

await serveWorker({
  contract: streamWorkerContract,
  handlers: async (_, settings) => {
    const database = await Database.open({
      spillFolder: join(settings.spillFolder, 'duckdb'),
      memoryLimit: settings.memoryLimit,
      threads: settings.threads,
    });
    // Spools that a killed thread left behind: what they held comes again.
    await rm(join(settings.spillFolder, 'files'), { recursive: true, force: true });
    const hurry = new Hurry();
    const waiting = new Map<string, () => void>();
    const key = (name: string, batch: number): string => `${batch} ${name}`;
    return {
      'stream.run': async (params, { signal, emit }) => {
        const { name } = params.definition;
        await runStream(params, {
          database,
          hurry,
          signal,
          emit,
          committed: (batch) =>
            new Promise<void>((resolve, reject) => {
              waiting.set(key(name, batch), resolve);
              signal.addEventListener('abort', () => reject(AppError.cancelled(name)), {
                once: true,
              });
            }).finally(() => waiting.delete(key(name, batch))),
        });
        return {};
      },
      'stream.committed': async ({ name, batch }) => {
        waiting.get(key(name, batch))?.();
        return {};
      },
      'stream.hurry': async ({ database, table, seconds, forMs }) => {
        hurry.lease(database, table, seconds, forMs);
        return {};
      },
      'stream.browse': async ({ source, secret }, { signal }) => ({
        topics: await sourceKind(source).browse(source, secret, signal),
      }),
      'stream.peek': async ({ source, secret, records }, { signal }) => {
        const found = await sourceKind(source).peek(
          source,
          secret,
          { count: records, from: 'latest' },
          signal,
        );
        return { records: found.map(peeked) };
      },
      'stream.sample': async ({ definition, secret, path }, { signal }) => {
        const { source, format } = definition;
        const wanted = { count: SAMPLE_RECORDS, from: 'latest' as const };
        const found = await sourceKind(source).peek(source, secret, wanted, signal);
        const decode = decoderOf(format);
        const lines = found.flatMap(({ value }) => {
          try {
            return value === null ? [] : decode(value).values.map(lineOf);
          } catch {
            // What doesn't decode can't say what a column is.
            return [];
          }
        });
        await writeFile(path, lines.map((line) => `${line}\n`).join(''));
        return { records: lines.length };
      },
      'engine.memory': async () => ({ bytes: await database.memoryBytes() }),
    };
  },
});

const utf8 = new TextDecoder();

/** A line of a sample: an object as it is, anything else under names of its own. */
function lineOf(value: string | Uint8Array): string {
  const text = typeof value === 'string' ? value : utf8.decode(value);
  if (text.startsWith('{')) return text;
  const parsed: unknown = JSON.parse(text);
  const fields = Array.isArray(parsed)
    ? Object.fromEntries(parsed.map((item, i) => [`Column${i + 1}`, item as unknown]))
    : { Value: parsed };
  return JSON.stringify(fields);
}
