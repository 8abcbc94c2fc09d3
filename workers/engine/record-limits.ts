import { AppError } from '../../common/errors/app-error.ts';

/** How many records a query may answer with, from its request properties and `set` statements. */
export interface RecordLimits {
  /** Only this many records are kept (`query_take_max_records`). */
  readonly take: number | undefined;
  /** More records than this are an error (`truncationmaxrecords` without `notruncation`). */
  readonly refuseAbove: number | undefined;
}

export const NO_LIMITS: RecordLimits = { take: undefined, refuseAbove: undefined };

type Options = Readonly<Record<string, string | number | boolean>>;

function option(name: string, ...sources: readonly Options[]): string | undefined {
  for (const source of sources)
    for (const [key, value] of Object.entries(source))
      if (key.toLowerCase() === name) return String(value).replace(/^["']|["']$/g, '');
  return undefined;
}

function count(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(?:(?:long|int)\()?\s*(\d+)\s*\)?$/.exec(text);
  if (!match)
    throw new AppError('input', 'bad_option', `The option ${name} wants a number, not '${text}'.`);
  return Number(match[1]);
}

/**
 * Pages "Query limits" and "Request properties". A desk shows results by window and has no need to cut them,
 * so there is a limit only where the client or the text asks for one; `set` wins over the request.
 */
export function recordLimits(request: Options, set: Options): RecordLimits {
  const take = count('query_take_max_records', option('query_take_max_records', set, request));
  const most = count('truncationmaxrecords', option('truncationmaxrecords', set, request));
  const off = option('notruncation', set, request);
  const lifted = off !== undefined && !/^(false|0|bool\(false\))$/i.test(off);
  return { take, refuseAbove: lifted ? undefined : most };
}

export function refuseTooMany(rows: number, limits: RecordLimits): void {
  if (limits.refuseAbove === undefined || rows <= limits.refuseAbove) return;
  throw new AppError(
    'resource',
    'E_QUERY_RESULT_SET_TOO_LARGE',
    `The query's result has ${rows} records; the limit of this request is ${limits.refuseAbove} (truncationmaxrecords). Summarize or take fewer, or set notruncation.`,
  );
}
