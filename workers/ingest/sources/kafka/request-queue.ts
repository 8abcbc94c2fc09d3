import { createRequire } from 'node:module';

/**
 * What kafkajs 2.2.4 gets wrong in its queue of requests (tulios/kafkajs#1751): after each answer it looks at the
 * queue again in "throttled until − now" milliseconds, a negative number while nothing is throttled. So every
 * connection looks at an empty queue each millisecond for as long as it lives, and Node 24 warns of it. An empty
 * queue needs no look: whoever adds a request to it asks for one.
 */
interface RequestQueue {
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  readonly pending: readonly unknown[];
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

/** Between two looks at requests that wait for others to be answered. */
const LOOK_MS = 10;

const queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
  readonly prototype: RequestQueue;
};

queue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  const throttled = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    throttled > 0 ? throttled : LOOK_MS,
  );
};
