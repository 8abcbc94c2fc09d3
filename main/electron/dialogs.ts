import { isAbsolute, join, parse } from 'node:path';
import { app, BrowserWindow, dialog, type OpenDialogOptions, shell } from 'electron';
import type { z } from 'zod';
import type { openFilesOptions, saveFileOptions } from './messages.ts';

/** Paths that the person chose, none when they cancelled. */
export async function askForFiles(
  window: BrowserWindow,
  options: z.output<typeof openFilesOptions>,
): Promise<readonly string[]> {
  const properties: OpenDialogOptions['properties'] = [
    options.folders ? 'openDirectory' : 'openFile',
  ];
  if (options.multiple) properties.push('multiSelections');
  const answer = await dialog.showOpenDialog(window, {
    title: options.title,
    properties,
    ...(options.filters ? { filters: options.filters.map(copyOf) } : {}),
  });
  return answer.canceled ? [] : answer.filePaths;
}

/** The suggested name may come from a query's text: only its last part counts, never a path. */
export async function askWhereToSave(
  window: BrowserWindow,
  options: z.output<typeof saveFileOptions>,
): Promise<string | undefined> {
  const answer = await dialog.showSaveDialog(window, {
    title: options.title,
    defaultPath: join(app.getPath('downloads'), parse(options.suggestedName).base),
    ...(options.filters ? { filters: options.filters.map(copyOf) } : {}),
  });
  return answer.canceled || answer.filePath === '' ? undefined : answer.filePath;
}

export function showInFolder(path: string): void {
  if (isAbsolute(path)) shell.showItemInFolder(path);
}

/** The host could not be kept running. True: try again; false: quit. */
export async function askToTryAgain(reason: string): Promise<boolean> {
  const window = BrowserWindow.getAllWindows()[0];
  const options = {
    type: 'error' as const,
    title: 'Calypso',
    message: 'The engine stops again and again.',
    detail: `${reason}\n\nYour tabs and data are safe. The log lies in ${app.getPath('logs')}.`,
    buttons: ['Try again', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  };
  const answer = window
    ? await dialog.showMessageBox(window, options)
    : await dialog.showMessageBox(options);
  return answer.response === 0;
}

/** The page of a window died. True: load it again; false: close the window. */
export async function askToReload(window: BrowserWindow, reason: string): Promise<boolean> {
  const answer = await dialog.showMessageBox(window, {
    type: 'error',
    title: 'Calypso',
    message: 'This window stopped working.',
    detail: `The page ended (${reason}). Its tabs are saved and come back when it is loaded again.`,
    buttons: ['Load again', 'Close'],
    defaultId: 0,
    cancelId: 1,
  });
  return answer.response === 0;
}

function copyOf(filter: { name: string; extensions: string[] }): {
  name: string;
  extensions: string[];
} {
  return { name: filter.name, extensions: [...filter.extensions] };
}
