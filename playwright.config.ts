import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/find-chromium.ts';

const chromium = findChromium();

export default defineConfig({
  outputDir: 'test-results',
  reporter: process.env.CALYPSO_REPORT
    ? [['list'], ['json', { outputFile: process.env.CALYPSO_REPORT }]]
    : 'list',
  // A slow machine is no failure; a test that hangs is one.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  forbidOnly: Boolean(process.env.CI),
  // On a machine that does other things too, a test may be tried again; it is named at the end.
  retries: Number(process.env.CALYPSO_RETRIES ?? 0),
  workers: 1,
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    },
  },
  projects: [
    { name: 'e2e', testDir: 'tests/e2e' },
    { name: 'electron', testDir: 'tests/electron' },
  ],
});
