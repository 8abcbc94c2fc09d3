import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import type electronModule from 'electron';
import { createElectron } from './electron.ts';

export interface LaunchOptions {
  readonly appPath: string;
  readonly args: readonly string[];
  /** Scratch space that goes away with the test. */
  readonly folder: string;
  readonly chromium?: string;
}

/** The same face as Playwright's ElectronApplication, as far as the specs use it. */
export async function launchStandIn(options: LaunchOptions) {
  const browser = await chromium.launch({
    ...(options.chromium === undefined ? {} : { executablePath: options.chromium }),
    // Electron's ports tell when the other end is gone; Chromium's do behind this switch.
    args: ['--no-sandbox', '--enable-blink-features=MessagePortCloseEvent'],
  });
  const context = await browser.newContext();
  let quit = (): void => {};
  const ended = new Promise<void>((resolve) => {
    quit = resolve;
  });
  const { electron, intercept, stop } = createElectron({
    context,
    appPath: options.appPath,
    folder: options.folder,
    onQuit: quit,
  });
  await intercept();
  runMain(join(options.appPath, 'dist', 'electron', 'main.cjs'), electron, [
    'electron',
    ...options.args,
  ]);

  return {
    async firstWindow(): Promise<Page> {
      for (;;) {
        const [window] = electron.BrowserWindow.getAllWindows();
        if (window) return window.webContents.page;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    evaluate: async <R, A>(act: (module: typeof electronModule, argument: A) => R, argument: A) =>
      act(electron as unknown as typeof electronModule, argument),
    async close(): Promise<void> {
      electron.app.quit();
      await ended;
      stop();
      await browser.close();
    },
  };
}

/** Runs the bundled main process with the stand-in as its `electron` and its own idea of `process.argv`. */
function runMain(path: string, electron: object, argv: readonly string[]): void {
  const load = createRequire(path);
  const own = new Proxy(process, {
    get(target, key) {
      if (key === 'argv') return argv;
      // Listeners of one test's main process must not outlive it.
      if (key === 'on') return () => own;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const run = new Function('require', 'module', 'exports', 'process', readFileSync(path, 'utf8'));
  const module = { exports: {} };
  const require = (name: string): unknown => (name === 'electron' ? electron : load(name));
  run(require, module, module.exports, own);
}
