import { expect, it } from 'vitest';
import { timeoutMillis } from './server-timeout.ts';

it.each([
  ['00:04:00', 240_000],
  ['1.00:00:00', 86_400_000],
  ['00:00:01.5000000', 1_000],
  ['90s', 90_000],
  ['2.5m', 150_000],
  ['soon', undefined],
  [5, undefined],
])('%j is %j ms', (value, ms) => {
  expect(timeoutMillis(value)).toBe(ms);
});
