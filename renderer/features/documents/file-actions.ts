import type { FileFilter } from '../../../common/contract/shell.ts';
import type { Services } from '../../client/services.ts';
import type { ChosenFile } from '../../client/shell.ts';
import { activate, changeDocument, newDocument } from './document-actions.ts';

export const QUERY_FILES: readonly FileFilter[] = [
  { name: 'KQL queries', extensions: ['kql', 'csl', 'kusto', 'txt'] },
];

const titleOf = (name: string): string => name.replace(/\.(kql|csl|kusto|txt)$/i, '');

export function isQueryFile(name: string): boolean {
  return /\.(kql|csl|kusto)$/i.test(name);
}

export async function openQueryFiles(services: Services): Promise<void> {
  const files = await services.shell.openFiles({
    title: 'Open query',
    filters: QUERY_FILES,
    multiple: true,
  });
  for (const file of files) await openQueryFile(services, file);
}

/** Opens a file in a tab; one that is open already comes to the front. */
export async function openQueryFile(services: Services, file: ChosenFile): Promise<void> {
  const { session, host } = services;
  if (file.kind === 'file') {
    newDocument(services, { title: titleOf(file.name), text: lines(await file.file.text()) });
    return;
  }
  const open = session.getState().documents.find((document) => document.path === file.path);
  if (open) {
    activate(services, open.id);
    return;
  }
  const { text } = await host.call('documents.readFile', { path: file.path });
  newDocument(services, { title: titleOf(file.name), text: lines(text), path: file.path });
}

const lines = (text: string): string => text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');

/** Writes the active document to its file, asking for one the first time or when `as` is set. */
export async function saveQueryFile(services: Services, as: boolean): Promise<void> {
  const { session, shell, host, dialogs } = services;
  const document = session.active();
  if (!document) return;
  const suggestedName = `${document.title.replace(/[\\/:*?"<>|]/g, '_')}.kql`;
  let { path } = document;
  if (path === undefined || as) {
    const chosen = await shell.saveFile({
      title: 'Save query',
      suggestedName,
      filters: QUERY_FILES,
    });
    if (!chosen) return;
    if (chosen.path === undefined) {
      shell.download({ name: suggestedName, text: document.text });
      return;
    }
    path = chosen.path;
  }
  await host.call('documents.writeFile', { path, text: document.text });
  const name = path.split(/[\\/]/).at(-1) ?? document.title;
  changeDocument(services, document.id, { path, title: titleOf(name) });
  dialogs.notify({ intent: 'success', title: `Saved ${name}` });
}
