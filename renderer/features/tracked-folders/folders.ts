import type { Command } from '../../client/command.ts';
import type { Services } from '../../client/services.ts';
import { listSetting } from '../../client/settings-store.ts';

/** Folders of query files that are shown beside the saved queries, by path. */
export const TRACKED_FOLDERS = listSetting('documents.trackedFolders');

export async function trackFolder(services: Services): Promise<void> {
  const { shell, settings, panes, host, dialogs } = services;
  const path =
    shell.kind === 'electron' ? await chooseFolder(services) : await typeFolder(services);
  if (path === undefined) return;
  const folders = settings.get(TRACKED_FOLDERS);
  if (!folders.includes(path)) {
    try {
      await host.call('documents.listFolder', { path });
    } catch (error) {
      const body = error instanceof Error ? error.message : String(error);
      dialogs.notify({ intent: 'error', title: 'The folder can\u2019t be tracked', body });
      return;
    }
    settings.set(TRACKED_FOLDERS, [...folders, path]);
  }
  panes.reveal('saved');
}

async function chooseFolder({ shell }: Services): Promise<string | undefined> {
  const [chosen] = await shell.openFiles({ title: 'Track a folder of queries', folders: true });
  return chosen?.kind === 'path' ? chosen.path : undefined;
}

/** A browser tells no paths, but the host reads the same disk. */
async function typeFolder({ dialogs }: Services): Promise<string | undefined> {
  const typed = await dialogs.prompt({
    title: 'Track a folder of queries',
    label: 'Path of the folder, on the machine that Calypso runs on',
    value: '',
    action: 'Track',
    check: (value) => (value.trim() === '' ? 'A folder needs a path.' : undefined),
  });
  return typed?.trim();
}

export const trackedFolderCommands: readonly Command[] = [
  {
    id: 'documents.trackFolder',
    title: 'Track a folder of queries…',
    category: 'File',
    menu: 2,
    run: trackFolder,
  },
];
