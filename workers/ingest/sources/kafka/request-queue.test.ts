import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import './request-queue.ts';

interface Queue {
  throttledUntil: number;
  throttleCheckTimeoutId: unknown;
  pending: { send: () => void; expectResponse: boolean }[];
  checkPendingRequests(): void;
}

const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (
  options: object,
) => Queue;

const queue = (): Queue => new RequestQueue({ maxInFlightRequests: null, logger: { debug() {} } });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('an empty queue sets no timer', () => {
  const empty = queue();
  empty.checkPendingRequests();
  expect(vi.getTimerCount()).toBe(0);
});

it('what waits for a throttled broker is sent when the time is over', () => {
  const throttled = queue();
  throttled.throttledUntil = Date.now() + 500;
  let sent = 0;
  const request = { send: () => sent++, expectResponse: true };
  throttled.pending.push(request);
  throttled.checkPendingRequests();
  vi.advanceTimersByTime(499);
  expect(sent).toBe(0);
  vi.advanceTimersByTime(1);
  expect(sent).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});
