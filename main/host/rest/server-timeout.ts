import { AppError } from '../../../common/errors/app-error.ts';

const MAX_TIMER_MS = 2_147_483_647;
const TIMESPAN = /^(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/;
const SHORT = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a `servertimeout`: `00:04:00`, `4m`, or undefined for anything else. */
export function timeoutMillis(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const short = SHORT.exec(text);
  if (short) return Number(short[1]) * (UNIT_MS[short[2] ?? ''] ?? 0);
  const parts = TIMESPAN.exec(text);
  if (!parts) return undefined;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1_000;
}

/** Aborts when the time that the client gave is over (page "Request properties"); without one, never. */
export function serverTimeout(value: unknown): {
  readonly signal: AbortSignal;
  error(): AppError;
  clear(): void;
} {
  const controller = new AbortController();
  const ms = timeoutMillis(value);
  const timer =
    ms === undefined ? undefined : setTimeout(() => controller.abort(), Math.min(ms, MAX_TIMER_MS));
  return {
    signal: controller.signal,
    error: () =>
      new AppError('resource', 'timeout', `The query did not end within ${String(value)}.`),
    clear: () => clearTimeout(timer),
  };
}
