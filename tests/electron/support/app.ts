import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, test as base, type Page } from '@playwright/test';
import { findChromium } from '../../../scripts/find-chromium.ts';
import { Workbench } from '../../e2e/pages/workbench.ts';
import { launchStandIn } from '../stand-in/launch.ts';

const root = join(import.meta.dirname, '..', '..', '..');
/** The real binary, when the specs are to run under it. */
const binary = process.env.CALYPSO_ELECTRON;

type StandIn = Awaited<ReturnType<typeof launchStandIn>>;

export interface DesktopApp {
  readonly page: Page;
  readonly workbench: Workbench;
  /** Runs a function, which may use nothing from outside, in the main process. */
  readonly evaluate: StandIn['evaluate'];
  close(): Promise<void>;
}

export interface Desktop {
  /** Scratch space, with the data folder in it. */
  readonly folder: string;
  launch(args?: readonly string[]): Promise<DesktopApp>;
}

async function open(folder: string, more: readonly string[]): Promise<DesktopApp> {
  const args = ['--data', join(folder, 'data'), ...more];
  const chromium = findChromium();
  const app = binary
    ? await _electron.launch({ executablePath: binary, args: ['--no-sandbox', root, ...args] })
    : await launchStandIn({
        appPath: root,
        args,
        folder,
        ...(chromium === undefined ? {} : { chromium }),
      });
  const page = await app.firstWindow();
  return {
    page,
    workbench: new Workbench(page),
    evaluate: (act, argument) => (app as StandIn).evaluate(act, argument),
    close: () => app.close(),
  };
}

/** Gives a test the desktop application over a data folder of its own; ends what the test left running. */
export const test = base.extend<{ desktop: Desktop }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern
  desktop: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'calypso-desktop-'));
    const running = new Set<DesktopApp>();
    await use({
      folder,
      async launch(args = []) {
        const app = await open(folder, args);
        const tracked: DesktopApp = {
          ...app,
          close: async () => {
            running.delete(tracked);
            await app.close();
          },
        };
        running.add(tracked);
        return tracked;
      },
    });
    for (const app of running) await app.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  },
});

export { expect } from '@playwright/test';
