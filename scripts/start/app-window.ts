import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface AppWindow {
  readonly process: ChildProcess;
  /** Removes the browser's profile; its process must have ended. */
  forget(): void;
}

/**
 * A window without an address bar. It has a profile of its own, so that the process lives as long as the
 * window does and the person's own browser is left alone.
 */
export function openAppWindow(chromium: string, url: string): AppWindow {
  const profile = mkdtempSync(join(tmpdir(), 'calypso-window-'));
  const args = [
    `--app=${url}`,
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--window-size=1440,900',
  ];
  // Chromium refuses to run as root inside its sandbox; containers have no other user.
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  return {
    process: spawn(chromium, args, { stdio: 'ignore' }),
    forget: () => rmSync(profile, { recursive: true, force: true, maxRetries: 3 }),
  };
}
