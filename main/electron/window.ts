import { BrowserWindow, screen } from 'electron';
import { APP_ORIGIN } from './app-protocol.ts';
import { askToReload } from './dialogs.ts';
import type { Log } from './log.ts';
import {
  DEFAULT_SIZE,
  MINIMUM,
  readWindowState,
  visibleBounds,
  writeWindowState,
} from './window-state.ts';

export interface WindowOptions {
  readonly preload: string;
  /** File that keeps place and size. */
  readonly statePath: string;
  readonly log: Log;
}

export function openWindow(options: WindowOptions): BrowserWindow {
  const state = readWindowState(options.statePath);
  const bounds = visibleBounds(
    state.bounds,
    screen.getAllDisplays().map((display) => display.workArea),
  );
  const window = new BrowserWindow({
    ...(bounds ?? DEFAULT_SIZE),
    minWidth: MINIMUM.width,
    minHeight: MINIMUM.height,
    title: 'Calypso',
    show: false,
    webPreferences: {
      preload: options.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  });
  // The page draws its own menu bar there; the native one would be a second.
  if (process.platform !== 'darwin') window.setMenuBarVisibility(false);
  if (state.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    writeWindowState(options.statePath, {
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
    });
  });
  // The page sets it, so that it can name the open tab.
  window.on('page-title-updated', (event) => event.preventDefault());
  window.webContents.on('render-process-gone', (_event, details) => {
    options.log(`window: page ended (${details.reason}, code ${details.exitCode})`);
    if (details.reason === 'clean-exit' || window.isDestroyed()) return;
    void askToReload(window, details.reason).then((again) => {
      if (again) window.webContents.reload();
      else window.destroy();
    });
  });
  void window.loadURL(`${APP_ORIGIN}/index.html`);
  return window;
}

export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
