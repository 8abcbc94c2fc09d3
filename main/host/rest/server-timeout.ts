import { AppError } from '../../../common/errors/app-error.ts';
import { isOn, type RequestOptions } from './request.ts';

const MAX_TIMER_MS = 2_147_483_647;
const TIMESPAN = /^(?:(\d+)(?:\.| days?, ))?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?$/;
const SHORT = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/;
const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Milliseconds of a `servertimeout`, or undefined for what is none: `00:04:00` and `4m` as KQL has them,
 * `1 day, 0:00:00` as the Python client prints a timedelta, a number of milliseconds as the Java client sends.
 */
export function timeoutMillis(value: unknown): number | undefined {
  if (typeof value === 'number') return value > 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim().replace(/^(?:timespan|time)\((.*)\)$/i, '$1');
  const short = SHORT.exec(text);
  if (short) return Number(short[1]) * (UNIT_MS[short[2] ?? ''] ?? 0);
  const parts = TIMESPAN.exec(text);
  if (!parts) return undefined;
  const [days, hours, minutes, seconds] = parts.slice(1, 5).map((part) => Number(part ?? 0));
  const fraction = Number(`0.${parts[5] ?? '0'}`);
  const whole = ((days ?? 0) * 24 + (hours ?? 0)) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  return (whole + fraction) * 1_000;
}

/** Aborts when the time that the client gave is over (page "Request properties"); without one, never. */
export function serverTimeout({ servertimeout, norequesttimeout }: RequestOptions): {
  readonly signal: AbortSignal;
  error(): AppError;
  clear(): void;
} {
  const controller = new AbortController();
  const ms = isOn(norequesttimeout) ? undefined : timeoutMillis(servertimeout);
  const timer =
    ms === undefined ? undefined : setTimeout(() => controller.abort(), Math.min(ms, MAX_TIMER_MS));
  return {
    signal: controller.signal,
    error: () =>
      new AppError('resource', 'timeout', `The query did not end within ${String(servertimeout)}.`),
    clear: () => clearTimeout(timer),
  };
}
