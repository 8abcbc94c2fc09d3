import { test as base } from '@playwright/test';
import { TestHost } from './host.ts';

/** Playwright's `test` with a host of its own for each test, on a data folder that goes away with it. */
export const test = base.extend<{ host: TestHost }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern
  host: async ({}, use) => {
    const host = new TestHost();
    await host.start();
    await use(host);
    await host.remove();
  },
});

export { expect } from '@playwright/test';
