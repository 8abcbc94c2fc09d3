import { expect, it } from 'vitest';
import { timeoutMillis } from './server-timeout.ts';

it.each([
  ['00:04:00', 240_000],
  ['1.00:00:00', 86_400_000],
  ['00:00:01.5000000', 1_500],
  ['00:00:00.250', 250],
  ['1 day, 0:00:10', 86_410_000],
  ['time(00:00:10)', 10_000],
  [240_000, 240_000],
  ['90s', 90_000],
  ['2.5m', 150_000],
  ['soon', undefined],
  [null, undefined],
  [0, undefined],
])('%j is %j ms', (value, ms) => {
  expect(timeoutMillis(value)).toBe(ms);
});
