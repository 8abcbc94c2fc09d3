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

/** Pieces under way at once: a piece is made by one thread. */
const AHEAD = 2;

/**
 * The rows of a result as they come, in pieces of a few megabytes: memory doesn't grow with the result. The next
 * pieces are made while the last one is sent. Ends with an error where the client's limit is passed.
 */
export async function* rowPieces(origin: RowsOrigin, index: number): AsyncGenerator<RowPiece> {
  const { feed, truncation, signal } = origin;
  let offset = 0;
  let bytes = 0;
  let limit = Math.min(FEW_ROWS, origin.pieceRows ?? FEW_ROWS);
  const ahead: Promise<RowPiece>[] = [];
  let begun = 0;
  for (;;) {
    signal.throwIfAborted();
    const result = await feed.rows(index, offset);
    // Rows without cells are nothing that an answer could hold.
    if (result.columns.length === 0) return;
    const end = Math.min(result.rowCount, truncation.records);
    if (offset >= end) {
      if (result.rowCount > end) throw truncation.tooMany();
      return;
    }
    // The first piece goes alone, so that it comes soon; it tells how long rows are.
    const wanted = result.complete && offset > 0 ? AHEAD : 1;
    while (ahead.length < wanted && begun < end) {
      const rows = Math.min(limit, end - begun);
      const piece = makePiece(origin, result, begun, rows);
      // Nobody may be waiting for it any more when it fails.
      piece.catch(() => {});
      ahead.push(piece);
      begun += rows;
    }
    const piece = await ahead.shift();
    if (!piece) throw new AppError('internal', 'rows_missing', 'The result ended early.');
    offset += piece.rows;
    bytes += piece.text.length;
    if (bytes > truncation.bytes) throw truncation.tooBig();
    limit = nextLimit(origin, piece);
    yield piece;
  }
}

function nextLimit({ pieceRows }: RowsOrigin, { rows, text }: RowPiece): number {
  const fitting = Math.floor((PIECE_BYTES * rows) / Math.max(1, text.length));
  return Math.max(1, Math.min(fitting, MOST_ROWS, pieceRows ?? MOST_ROWS));
}

async function makePiece(
  { handlers, jsonRows, bitBools, signal }: RowsOrigin,
  { resultId, rowCount, complete }: ResultInfo,
  offset: number,
  rows: number,
): Promise<RowPiece> {
  const piece =
    complete && rowCount > FEW_ROWS
      ? await jsonRows({ resultId, offset, limit: rows, bitBools }, signal)
      : await fewRows();
  if (piece.rowCount !== rows)
    throw new AppError('internal', 'rows_missing', 'The result ended early.');
  return { rows, text: piece.text };

  async function fewRows(): Promise<{ readonly rowCount: number; readonly text: string }> {
    const window = await handlers['query.window'](
      { resultId, offset, limit: rows },
      { signal, emit: () => {} },
    );
    const batch = decodeBatch(window.batch);
    return { rowCount: batch.rowCount, text: [...rowsAsJson(batch, bitBools)].join(',') };
  }
}
