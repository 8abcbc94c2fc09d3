import { BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, Menu } from 'electron';
import { z } from 'zod';
import { SHELL_CHANNELS as channels } from '../../common/contract/shell-channels.ts';
import { askForFiles, askWhereToSave, showInFolder } from './dialogs.ts';
import type { HostProcess } from './fork-host.ts';
import { isOwnPage, openExternal } from './guard.ts';
import { menuTemplate } from './menu.ts';
import * as messages from './messages.ts';

/**
 * Answers what preload sends. A sender that is no page of ours, or parameters that don't fit, get nothing.
 * `onReady` is called when a page has its tabs back: it names the open one then.
 */
export function serveWindows(host: HostProcess, onReady: () => void): void {
  on(channels.requestPort, z.undefined(), (window) => {
    window.webContents.postMessage(channels.port, null, [host.connect()]);
  });
  on(channels.setTitle, messages.title, (window, title) => {
    window.setTitle(title);
    onReady();
  });
  on(channels.setZoom, messages.zoomFactor, (window, factor) => {
    window.webContents.setZoomFactor(factor);
  });
  on(channels.openExternal, messages.address, (_window, address) => openExternal(address));
  on(channels.showInFolder, messages.path, (_window, path) => showInFolder(path));
  on(channels.setMenu, messages.menus, (window, menus) => {
    const choose = (id: string): void => {
      if (!window.isDestroyed()) window.webContents.send(channels.command, id);
    };
    // `undefined` and a missing `keys` are the same to the menu.
    const template = menuTemplate(
      menus as Parameters<typeof menuTemplate>[0],
      process.platform,
      choose,
    );
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
    if (process.platform !== 'darwin') window.setMenuBarVisibility(false);
  });
  handle(channels.openFiles, messages.openFilesOptions, askForFiles);
  handle(channels.saveFile, messages.saveFileOptions, askWhereToSave);
}

function on<T extends z.ZodType>(
  channel: string,
  schema: T,
  take: (window: BrowserWindow, value: z.output<T>) => void,
): void {
  ipcMain.on(channel, (event, value: unknown) => {
    const window = senderOf(event);
    const parsed = schema.safeParse(value);
    if (window && parsed.success) take(window, parsed.data);
  });
}

function handle<T extends z.ZodType, R>(
  channel: string,
  schema: T,
  answer: (window: BrowserWindow, value: z.output<T>) => Promise<R>,
): void {
  ipcMain.handle(channel, (event, value: unknown) => {
    const window = senderOf(event);
    if (!window) throw new Error(`${channel}: not from a window of the application`);
    return answer(window, schema.parse(value));
  });
}

/** The window of a message, if it comes from its main frame and that shows our page. */
function senderOf(event: IpcMainEvent | IpcMainInvokeEvent): BrowserWindow | undefined {
  const frame = event.senderFrame;
  if (!frame || frame !== event.sender.mainFrame || !isOwnPage(frame.url)) return undefined;
  return BrowserWindow.fromWebContents(event.sender) ?? undefined;
}
