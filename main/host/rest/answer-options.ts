import { AppError } from '../../../common/errors/app-error.ts';
import type { ErrorContext } from './error-shape.ts';
import { isOn, type RequestOptions } from './request.ts';
import type { RowsOrigin } from './row-pieces.ts';

/** How an answer is written. */
export interface AnswerOptions {
  readonly origin: RowsOrigin;
  readonly context: ErrorContext;
  /** TableHeader, TableFragment, TableProgress and TableCompletion in place of one DataTable. */
  readonly progressive: boolean;
  /** The same frames without TableProgress. */
  readonly fragmented: boolean;
  readonly errorPlacement: ErrorPlacement;
  /** The command's one table has bool as Boolean, a query's as SByte. */
  readonly isCommand: boolean;
}

/** Where an error stands that occurs after rows have been sent, besides in the last frame. */
export type ErrorPlacement = 'InData' | 'EndOfTable' | 'EndOfDataset';

const PLACEMENTS: Readonly<Record<string, ErrorPlacement>> = {
  in_data: 'InData',
  end_of_table: 'EndOfTable',
  end_of_dataset: 'EndOfDataset',
};

/** Page "Request properties", the properties of the v2 answer. */
export function framing(options: RequestOptions): Pick<
  AnswerOptions,
  'progressive' | 'fragmented' | 'errorPlacement'
> & {
  readonly pieceRows?: number;
} {
  const placement = options.results_error_reporting_placement;
  const errorPlacement =
    placement === undefined ? 'InData' : PLACEMENTS[String(placement).toLowerCase()];
  if (!errorPlacement)
    throw new AppError(
      'input',
      'bad_option',
      `results_error_reporting_placement is one of ${Object.keys(PLACEMENTS).join(', ')}.`,
    );
  const progressive = isOn(options.results_progressive_enabled);
  const rows = Number(options.query_results_progressive_row_count);
  return {
    progressive,
    fragmented: isOn(options.results_v2_fragment_primary_tables),
    errorPlacement,
    ...(progressive && Number.isInteger(rows) && rows > 0 ? { pieceRows: rows } : {}),
  };
}
