import { AppError } from '../../../common/errors/app-error.ts';
import { isOn, type RequestOptions } from './request.ts';

/** How much of a result the client wants at most; what is above is cut off, with an error behind the rows. */
export interface Truncation {
  readonly records: number;
  /** Of the rows as JSON. */
  readonly bytes: number;
  tooMany(): AppError;
  tooBig(): AppError;
}

export const RESULT_TOO_LARGE = 'E_QUERY_RESULT_SET_TOO_LARGE';

/**
 * Pages "Query limits" and "Request properties". A service cuts results at 500,000 records and 64 MB; a desk has no
 * reason to, so that there is a limit only where the client asks for one.
 */
export function truncationOf(options: RequestOptions, text: string): Truncation {
  const lifted = isOn(options.notruncation) || /\bset\s+notruncation\b/i.test(text);
  const records = limit(options, 'truncationmaxrecords', 'truncation_max_records');
  const bytes = limit(options, 'truncationmaxsize', 'truncation_max_size');
  return {
    records: lifted ? Number.POSITIVE_INFINITY : records,
    bytes: lifted ? Number.POSITIVE_INFINITY : bytes,
    tooMany: () => tooLarge(`${records} records`),
    tooBig: () => tooLarge(`${bytes} bytes`),
  };
}

/** The options without those that this file keeps itself. */
export function withoutTruncation(options: RequestOptions): RequestOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => !/^(notruncation|truncation_?max.*)$/.test(name)),
  );
}

function limit(options: RequestOptions, ...names: readonly string[]): number {
  for (const name of names) {
    const given = options[name];
    if (given === undefined) continue;
    const number = Number(String(given).replace(/^(?:long|int)\((.*)\)$/, '$1'));
    if (Number.isFinite(number) && number >= 0) return Math.trunc(number);
    throw new AppError('input', 'bad_option', `The option ${name} wants a number, not '${given}'.`);
  }
  return Number.POSITIVE_INFINITY;
}

function tooLarge(most: string): AppError {
  return new AppError(
    'resource',
    RESULT_TOO_LARGE,
    `The result exceeds the limit of ${most} that this request has set, so not all of it was returned (${RESULT_TOO_LARGE}). Summarize or take fewer, or set notruncation.`,
  );
}
