import { AppError } from '../../../common/errors/app-error.ts';
import { parseDatetime, parseTimespan } from '../../../common/types/time-text.ts';

/** Ticks of `7d`, `1.5h`, `10.00:00:00`, `time(1h)`, or a whole number of days; undefined if it is none. */
export function ticksOfTimespan(text: string): bigint | undefined {
  return parseTimespan(argumentOf('time|timespan', text));
}

export function timespanOf(text: string, what: string): bigint {
  const ticks = ticksOfTimespan(text);
  if (ticks !== undefined) return ticks;
  throw new AppError('input', 'bad_timespan', `${what} is no timespan: ${text}`, {
    hints: ['For instance 7d, 12h, or 10.00:00:00.'],
  });
}

/** Ticks of `datetime(2024-01-02)`, or of the text within. */
export function datetimeOf(text: string, what: string): bigint {
  const ticks = parseDatetime(argumentOf('datetime', text));
  if (ticks !== undefined) return ticks;
  throw new AppError('input', 'bad_datetime', `${what} is no datetime: ${text}`, {
    hints: ['For instance datetime(2024-01-31).'],
  });
}

/** What stands in the brackets of a literal, without quotes; the text itself if it is none. */
function argumentOf(call: string, text: string): string {
  const body = new RegExp(`^(?:${call})\\((.*)\\)$`, 'i').exec(text.trim())?.[1] ?? text;
  return body.trim().replace(/^["']|["']$/g, '');
}
