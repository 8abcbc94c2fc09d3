import { AppError, asAppError } from '../../common/errors/app-error.ts';

interface Rule {
  readonly pattern: RegExp;
  readonly make: (match: RegExpMatchArray, cause: Error) => AppError;
}

/** Part of the sentence of a function that made too much; DuckDB hands on nothing but its text. */
export const VALUES_TOO_LARGE = 'one block of rows';

/** What DuckDB says, in the user's terms. The first rule that fits wins. */
const RULES: readonly Rule[] = [
  {
    pattern: /INTERRUPT|Interrupted/,
    make: () => AppError.cancelled('The query'),
  },
  {
    pattern: /Out of Memory Error: (.*)/s,
    make: (m, cause) =>
      new AppError(
        'resource',
        'out_of_memory',
        `The query needs more memory than it may use. Filter earlier, group by fewer values, or raise the memory limit in the settings. (${firstLine(m[1] ?? '')})`,
        { cause },
      ),
  },
  {
    pattern: /No space left on device|max_temp_directory_size/i,
    make: (_m, cause) =>
      new AppError('resource', 'disk_full', 'The disk has no room left for the query to work in.', {
        cause,
      }),
  },
  {
    pattern: /IO Error: (.*)/s,
    make: (m, cause) =>
      new AppError(
        'source',
        'file_unreadable',
        `A file of the table can't be read: ${firstLine(m[1] ?? '')}`,
        { cause },
      ),
  },
  {
    pattern: /Unknown TimeZone '(.*?)'/s,
    make: (m, cause) =>
      new AppError('semantic', 'unknown_time_zone', `There is no time zone '${m[1] ?? ''}'.`, {
        hints: ['print datetime_list_timezones() lists them.'],
        cause,
      }),
  },
  {
    pattern: new RegExp(`Error: ((?!.*Error: ).*${VALUES_TOO_LARGE}.*)`),
    make: (m, cause) =>
      new AppError('resource', 'values_too_large', firstLine(m[1] ?? ''), { cause }),
  },
  {
    pattern: /Invalid Input Error: (?:Invalid Input Error: )?(.*)/s,
    make: (m, cause) => new AppError('semantic', 'invalid_value', firstLine(m[1] ?? ''), { cause }),
  },
  {
    pattern: /(?:Out of Range|Conversion|Overflow) Error: (.*)/s,
    make: (m, cause) => new AppError('semantic', 'out_of_range', firstLine(m[1] ?? ''), { cause }),
  },
];

function firstLine(text: string): string {
  return text.split('\n')[0]?.trim() ?? '';
}

export function translateError(error: unknown, sql?: string): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error)) return asAppError(error);
  if (error.name === 'AbortError') return AppError.cancelled('The query');
  for (const rule of RULES) {
    const match = rule.pattern.exec(error.message);
    if (match) return rule.make(match, error);
  }
  return new AppError('internal', 'engine', `The engine failed: ${firstLine(error.message)}`, {
    cause: error,
    ...(sql ? { details: { sql: sql.slice(0, 20_000) } } : {}),
  });
}
