import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildTargets } from './build/index.ts';
import { findChromium } from './find-chromium.ts';
import { fetchElectron, findElectron } from './find-electron.ts';
import { openAppWindow } from './start/app-window.ts';
import { startHost } from './start/host.ts';

/**
 * `npm start [-- [--data DIR] [--browser] [FILE…]]`: the desktop, or where Electron's binary can't be had
 * the same in a browser.
 */
const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  options: { data: { type: 'string' }, browser: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const data = values.data === undefined ? undefined : resolve(values.data);
const log = (line: string): void => console.log(line);

const electron = values.browser ? undefined : (findElectron() ?? (await fetchElectron()));
if (electron) {
  await buildTargets({ targets: ['window', 'host', 'shell'], log });
  process.exitCode = await desktop(electron);
} else {
  if (!values.browser)
    log("Electron's binary is not here and can't be fetched: opening a browser.");
  await buildTargets({ targets: ['window'], log });
  process.exitCode = await browser();
}

/** Resolves to the exit status. */
function desktop(binary: string): Promise<number> {
  const args = [root, ...(data === undefined ? [] : ['--data', data]), ...positionals];
  const child = spawn(binary, args, { stdio: 'inherit' });
  passSignals(child);
  return ended(child);
}

async function browser(): Promise<number> {
  const host = await startHost(data);
  const chromium = findChromium();
  const window = chromium && canShowWindows() ? openAppWindow(chromium, host.url) : undefined;
  log(`Calypso is at ${host.url}`);
  log(window ? 'Close its window or press Ctrl+C to end it.' : 'Press Ctrl+C to end it.');
  passSignals(host.process);
  // Whichever ends first takes the other along.
  if (window) void ended(window.process).then(() => host.process.kill('SIGTERM'));
  const status = await ended(host.process);
  if (window) {
    window.process.kill();
    await ended(window.process);
    window.forget();
  }
  return status;
}

function canShowWindows(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

/** The terminal sends Ctrl+C to all of us; a `kill` reaches only this process. */
function passSignals(child: ChildProcess): void {
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
}

function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve(child.exitCode ?? 1);
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGTERM' ? 0 : 1)));
  });
}
