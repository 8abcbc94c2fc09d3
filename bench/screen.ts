import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { findChromium } from '../scripts/find-chromium.ts';
import { startHost } from '../scripts/start/host.ts';
import { Workbench } from '../tests/e2e/pages/workbench.ts';

const RENDERER = join(import.meta.dirname, '..', 'dist', 'renderer', 'index.html');

/** The real host, over an empty data folder, with its page open in Chromium. */
export async function withScreen<T>(
  work: (workbench: Workbench, page: Page) => Promise<T>,
): Promise<T> {
  if (!existsSync(RENDERER)) throw new Error('There is no built page: run `npm run build` first.');
  const folder = mkdtempSync(join(tmpdir(), 'calypso-bench-'));
  const host = await startHost(folder);
  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const workbench = new Workbench(page);
    await workbench.open(host.url);
    return await work(workbench, page);
  } finally {
    await browser.close();
    const ended = new Promise((resolve) => host.process.once('exit', resolve));
    host.process.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Runs a query and waits, as long as it takes, until its rows are counted. */
export async function runAndWait(workbench: Workbench, text: string, rows: number): Promise<void> {
  await workbench.write(text);
  await workbench.editor.focus();
  await workbench.page.keyboard.press('Shift+Enter');
  await workbench.resultStatus
    .filter({ hasText: `${rows.toLocaleString('en-US')} rows ·` })
    .waitFor({ timeout: 600_000 });
}
