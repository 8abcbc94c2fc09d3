import { decodeBatch } from '../../../common/arrow/result-batch.ts';
import type { HostHandlers } from '../../../common/contract/host.ts';
import type { ResultInfo } from '../../../common/contract/query.ts';
import { type RestVersion, rowsAsJson } from './row-json.ts';

const WINDOW_ROWS = 10_000;

/** The rows of a result as JSON arrays, fetched by window, so that memory doesn't grow with the result. */
export async function* resultRows(
  handlers: HostHandlers,
  { resultId, rowCount }: ResultInfo,
  version: RestVersion,
  signal: AbortSignal,
): AsyncGenerator<string> {
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
