import { decodeBatch } from '../../../common/arrow/result-batch.ts';
import type { HostHandlers } from '../../../common/contract/host.ts';
import type { ResultInfo } from '../../../common/contract/query.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { ResultFeed } from './result-feed.ts';
import { rowsAsJson } from './row-json.ts';
import type { Truncation } from './truncation.ts';

/** Rows as JSON arrays with commas between them, and none at the ends. */
export interface RowPiece {
  readonly rows: number;
  readonly text: string | Uint8Array;
}

export interface JsonRowsRequest {
  readonly resultId: string;
  readonly offset: number;
  readonly limit: number;
  readonly bitBools: boolean;
}

/** The engine's own printing of rows, for results that are more than a few. */
export type JsonRows = (
  request: JsonRowsRequest,
  signal: AbortSignal,
) => Promise<{ readonly rowCount: number; readonly text: Uint8Array }>;

export interface RowsOrigin {
  readonly feed: ResultFeed;
  readonly handlers: HostHandlers;
  readonly jsonRows: JsonRows;
  readonly truncation: Truncation;
  readonly signal: AbortSignal;
  /** v1 says a query's bool as 0 and 1, because its type there is SByte. */
  readonly bitBools: boolean;
  /** The most rows of one piece. */
  readonly pieceRows?: number;
}

/** Up to here rows are printed cell by cell: that needs no statement, and the first rows are on their way at once. */
const FEW_ROWS = 1_000;
const PIECE_BYTES = 4 * 1024 * 1024;
const MOST_ROWS = 50_000;

/**
 * The rows of a result as they come, in pieces of a few megabytes: memory doesn't grow with the result. The next
 * piece is made while the last one is sent. Ends with an error where the client's limit is passed.
 */
export async function* rowPieces(origin: RowsOrigin, index: number): AsyncGenerator<RowPiece> {
  const { feed, truncation, signal } = origin;
  let offset = 0;
  let bytes = 0;
  let limit = Math.min(FEW_ROWS, origin.pieceRows ?? FEW_ROWS);
  let ahead: Ahead | undefined;
  for (;;) {
    signal.throwIfAborted();
    const result = await feed.rows(index, offset);
    const end = Math.min(result.rowCount, truncation.records);
    if (offset >= end) {
      if (result.rowCount > end) throw truncation.tooMany();
      return;
    }
    const piece = ahead
      ? await ahead.piece
      : await makePiece(origin, result, offset, Math.min(limit, end - offset));
    if (piece.rows === 0) throw new AppError('internal', 'rows_missing', 'The result ended early.');
    offset += piece.rows;
    bytes += piece.text.length;
    if (bytes > truncation.bytes) throw truncation.tooBig();
    limit = nextLimit(origin, piece);
    ahead =
      result.complete && offset < end
        ? startPiece(origin, result, offset, Math.min(limit, end - offset))
        : undefined;
    yield piece;
  }
}

interface Ahead {
  readonly piece: Promise<RowPiece>;
}

function startPiece(...args: Parameters<typeof makePiece>): Ahead {
  const piece = makePiece(...args);
  // Nobody may be waiting for it any more when it fails.
  piece.catch(() => {});
  return { piece };
}

function nextLimit({ pieceRows }: RowsOrigin, { rows, text }: RowPiece): number {
  const fitting = Math.floor((PIECE_BYTES * rows) / Math.max(1, text.length));
  return Math.max(1, Math.min(fitting, MOST_ROWS, pieceRows ?? MOST_ROWS));
}

async function makePiece(
  { handlers, jsonRows, bitBools, signal }: RowsOrigin,
  { resultId, rowCount, complete }: ResultInfo,
  offset: number,
  limit: number,
): Promise<RowPiece> {
  if (complete && rowCount > FEW_ROWS) {
    const piece = await jsonRows({ resultId, offset, limit, bitBools }, signal);
    return { rows: piece.rowCount, text: piece.text };
  }
  const window = await handlers['query.window'](
    { resultId, offset, limit: Math.min(limit, FEW_ROWS) },
    { signal, emit: () => {} },
  );
  const batch = decodeBatch(window.batch);
  return { rows: batch.rowCount, text: [...rowsAsJson(batch, bitBools)].join(',') };
}
