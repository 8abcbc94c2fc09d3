import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{common,main,preload,renderer,workers,scripts}/**/*.test.{ts,tsx}'],
          // The language takes a second to load, and more beside other work: a slow machine is no failure.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: [
            'tests/{integration,contract,architecture,corpus,faults,property}/**/*.test.ts',
          ],
          // Real workers, files and processes: a slow machine is no failure.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          retry: Number(process.env.CALYPSO_RETRIES ?? 0),
        },
      },
      {
        test: {
          name: 'sdk',
          include: ['tests/sdk/**/*.test.ts'],
          // Clients of other languages, which are fetched the first time; one after the other.
          fileParallelism: false,
          retry: Number(process.env.CALYPSO_RETRIES ?? 0),
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
