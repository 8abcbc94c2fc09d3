import type { Extent, TableSnapshot } from '../../common/contract/store.ts';
import { AppError } from '../../common/errors/app-error.ts';
import type { ScanRanges } from '../kql/passes/push-ranges.ts';
import type { Plan } from '../kql/plan/plan.ts';
import { pathList } from '../store/quote.ts';
import type { Engine } from './duckdb.ts';

type Scan = Plan & { readonly op: 'scan' };

/** Errors that a person made, or somebody's limits: no file is to blame. */
const OTHERS: ReadonlySet<string> = new Set(['cancelled', 'syntax', 'resource', 'unsupported']);

/**
 * The error of a query that reads files of others, with the file's name if one of them is damaged: the engine says
 * what is wrong with its bytes, but not always in which file. Each is read whole, which only a failed query pays for.
 */
export async function namingFile(
  error: unknown,
  { engine, signal }: { readonly engine: Engine; readonly signal: AbortSignal },
  ranges: ScanRanges,
  snapshots: ReadonlyMap<Scan, TableSnapshot>,
): Promise<unknown> {
  if (!(error instanceof AppError) || OTHERS.has(error.kind) || signal.aborted) return error;
  for (const [scan, { extents }] of snapshots) {
    if (scan.external === undefined || !ranges.has(scan)) continue;
    for (const extent of extents) {
      const said = await damage(engine, extent, signal);
      if (said === undefined) continue;
      const name = extent.name ?? extent.path;
      return new AppError('input', 'damaged_file', `${name} is damaged: ${said}`, {
        hints: ['Copy it again, or leave it out.'],
        cause: error,
      });
    }
  }
  return error;
}

/** What the engine says of a Parquet file that it can't read; undefined if it can. */
async function damage(
  engine: Engine,
  { path, name, reader }: Extent,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (reader.kind !== 'parquet') return undefined;
  return await engine.use(signal, async (connection) => {
    try {
      await connection.run(
        `SELECT bit_xor(hash(r)) FROM read_parquet(${pathList([path])}, hive_partitioning = false) AS r`,
      );
      return undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      const [line = ''] = error instanceof Error ? error.message.split('\n') : [];
      return line.replaceAll(path, name ?? path).trim();
    }
  });
}
