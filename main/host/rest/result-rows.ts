import { decodeBatch } from '../../../common/arrow/result-batch.ts';
import type { HostHandlers } from '../../../common/contract/host.ts';
import type { ResultInfo } from '../../../common/contract/query.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { type RestVersion, rowsAsJson } from './row-json.ts';

const WINDOW_ROWS = 10_000;

export interface RowLimits {
  /** More rows than this are an error, as the service's truncation is; absent: no limit. */
  readonly maxRecords?: number;
}

/** Limits that the client asked for (page "Query limits"). On a desk there are none of our own. */
export function rowLimits(options: Readonly<Record<string, string | number | boolean>>): RowLimits {
  const wanted = Number(options.truncationmaxrecords);
  if (String(options.notruncation) === 'true' || !Number.isFinite(wanted)) return {};
  return { maxRecords: wanted };
}

/** The rows of a result as JSON arrays, fetched by window, so that memory doesn't grow with the result. */
export async function* resultRows(
  handlers: HostHandlers,
  { resultId, rowCount }: ResultInfo,
  version: RestVersion,
  limits: RowLimits,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { maxRecords } = limits;
  if (maxRecords !== undefined && rowCount > maxRecords)
    throw new AppError(
      'resource',
      'E_QUERY_RESULT_SET_TOO_LARGE',
      `The result has ${rowCount} records, more than the ${maxRecords} that were allowed.`,
    );
  for (let offset = 0; offset < rowCount; ) {
    signal.throwIfAborted();
    const window = await handlers['query.window'](
      { resultId, offset, limit: WINDOW_ROWS },
      { signal, emit: () => {} },
    );
    const batch = decodeBatch(window.batch);
    if (batch.rowCount === 0) return;
    yield* rowsAsJson(batch, version);
    offset += batch.rowCount;
  }
}
