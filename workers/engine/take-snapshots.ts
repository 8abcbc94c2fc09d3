import type { TableSnapshot } from '../../common/contract/store.ts';
import { AppError } from '../../common/errors/app-error.ts';
import type { ScanRanges } from '../kql/passes/push-ranges.ts';
import type { Plan } from '../kql/plan/plan.ts';
import type { Snapshots } from './run-query.ts';

type Scan = Plan & { readonly op: 'scan' };

export interface TakeOptions {
  /** Leave no file in place: the engine's own reader refused one. */
  readonly convert: boolean;
  readonly signal: AbortSignal;
}

/** The tables and files of one query, as they are at its start. The caller releases them. */
export async function takeSnapshots(
  snapshots: Snapshots,
  queryId: string,
  ranges: ScanRanges,
  how: TakeOptions,
): Promise<Map<Scan, TableSnapshot>> {
  const found = new Map<Scan, TableSnapshot>();
  const stored = [...ranges].filter(([scan]) => scan.external === undefined);
  if (stored.length > 0) {
    const taken = await snapshots.take(
      queryId,
      stored.map(([scan, ranges]) => ({
        database: scan.database,
        table: scan.table,
        ranges,
        ...(scan.delta === undefined ? {} : { delta: scan.delta }),
      })),
    );
    stored.forEach(([scan], i) => {
      const snapshot = taken[i];
      if (snapshot) found.set(scan, snapshot);
    });
  }
  for (const [scan, own] of ranges) {
    if (scan.external === undefined) continue;
    if (!snapshots.open)
      throw new AppError(
        'unsupported',
        'no_files_here',
        'Files can be read by the whole program only.',
      );
    found.set(scan, await snapshots.open(queryId, scan.external, own, how.convert, how.signal));
  }
  return found;
}

/**
 * Whether the engine's own reader gave up on a file that the readers of a load may take: one with records of
 * another length, say, far behind the part that was looked at.
 */
export function readerRefused(error: unknown, ranges: ScanRanges): boolean {
  if (!(error instanceof AppError) || error.kind === 'cancelled') return false;
  if (![...ranges.keys()].some((scan) => scan.external !== undefined)) return false;
  const said = error.cause instanceof Error ? error.cause.message : error.message;
  return /CSV Error|read_csv|Malformed JSON|JSON transform|read_json|Invalid unicode|maximum_object_size/i.test(
    said,
  );
}
