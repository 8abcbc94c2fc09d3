import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sinkWorkerContract } from '../../common/contract/sinks.ts';
import { deliveredFormat } from '../../common/contract/stream.ts';
import { AppError } from '../../common/errors/app-error.ts';
import type { KqlType } from '../../common/types/kql-type.ts';
import { serveWorker } from '../runtime/serve-worker.ts';
import { Database } from '../store/database.ts';
import { isSeparated } from './formats/separated/dialects.ts';
import { SINK_HANDLERS } from './sinks/sinks.ts';
import { Hurry } from './streams/hurry.ts';
import { runStream } from './streams/run-stream.ts';
import { recordDecoder } from './streams/schemas/record-decoder.ts';
import { sourceKind } from './streams/sources.ts';
import { peeked } from './streams/stream-source.ts';

/** Small, for what is written beside everything else; merges make larger ones of them. */
const ROW_GROUP_BYTES = 8 * 1024 * 1024;
/** Records that show what a new table should look like. */
const SAMPLE_RECORDS = 500;

await serveWorker({
  contract: sinkWorkerContract,
  handlers: async (_, settings) => {
    const database = await Database.open({
      spillFolder: join(settings.spillFolder, 'duckdb'),
      memoryLimit: settings.memoryLimit,
      threads: 1,
      rowGroupBytes: ROW_GROUP_BYTES,
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
          { count: records, from: 'latest', format: 'raw' },
          signal,
        );
        return { records: found.map(peeked) };
      },
      'stream.sample': async ({ definition, secret, path }, { signal }) => {
        const { source, format } = definition;
        const kind = sourceKind(source);
        if (kind.columns) return { records: 0, columns: [...kind.columns] };
        if (kind.sampleFiles) {
          const { paths, options } = await kind.sampleFiles(source, signal);
          return { records: 0, files: { paths: [...paths], options } };
        }
        const wanted = { count: SAMPLE_RECORDS, from: 'latest' as const, format };
        const found = await kind.peek(source, secret, wanted, signal);
        const delivered = deliveredFormat(definition);
        const { schema } = definition;
        const { prepare, decode, types } = recordDecoder({ format: delivered, schema });
        await prepare?.(
          found.map(({ value }) => value),
          signal,
        );
        const texts = isSeparated(format) || delivered !== format;
        const typed: Record<string, KqlType> = {};
        const lines = found.flatMap(({ value }) => {
          try {
            if (value === null) return [];
            Object.assign(typed, types(value));
            return decode(value).map((v) => lineOf(v, texts));
          } catch {
            // What doesn't decode can't say what a column is.
            return [];
          }
        });
        await writeFile(path, lines.map((line) => `${line}\n`).join(''));
        return { records: lines.length, types: typed };
      },
      ...SINK_HANDLERS,
      'engine.memory': async () => ({ bytes: await database.memoryBytes() }),
    };
  },
});

const utf8 = new TextDecoder();

/** A line of a sample: an object as it is, anything else under names of its own. `texts`: numbers come as texts. */
function lineOf(value: string | Uint8Array, texts: boolean): string {
  const text = typeof value === 'string' ? value : utf8.decode(value);
  if (text.startsWith('{') && !texts) return text;
  const parsed: unknown = JSON.parse(text);
  const fields: [string, unknown][] =
    typeof parsed !== 'object' || parsed === null
      ? [['Value', parsed]]
      : Array.isArray(parsed)
        ? parsed.map((item, i) => [`Column${i + 1}`, item as unknown])
        : Object.entries(parsed);
  const members = fields.map(
    ([name, field]) => `${JSON.stringify(name)}:${texts ? bare(field) : JSON.stringify(field)}`,
  );
  return `{${members.join(',')}}`;
}

/** What a separated field would be in JSON. */
function bare(field: unknown): string {
  if (field === '') return 'null';
  if (typeof field !== 'string') return JSON.stringify(field);
  const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(field);
  return number || field === 'true' || field === 'false' ? field : JSON.stringify(field);
}
