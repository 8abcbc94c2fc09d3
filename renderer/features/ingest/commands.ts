import type { Command } from '../../client/command.ts';
import type { Services } from '../../client/services.ts';
import type { ChosenFile } from '../../client/shell.ts';
import { showImportWizard } from './show-wizard.tsx';

function isChosenFiles(value: unknown): value is readonly ChosenFile[] {
  return (
    Array.isArray(value) &&
    value.every(
      (file: unknown) =>
        typeof file === 'object' && file !== null && 'kind' in file && 'name' in file,
    )
  );
}

async function pasteData(services: Services): Promise<void> {
  try {
    showImportWizard(services, { text: await navigator.clipboard.readText() });
  } catch {
    // Reading the clipboard may be forbidden; the text can still be pasted into the wizard itself.
    showImportWizard(services, {});
  }
}

/** How an import begins. */
export const ingestCommands: readonly Command[] = [
  {
    id: 'ingest.open',
    title: 'Get data…',
    category: 'Data',
    keys: ['Ctrl+Shift+I'],
    menu: 1,
    run: (services) => showImportWizard(services, {}),
  },
  {
    id: 'ingest.paste',
    title: 'Get data from the clipboard',
    category: 'Data',
    menu: 1,
    run: pasteData,
  },
  {
    id: 'ingest.importFiles',
    title: 'Import files',
    category: 'Data',
    run: (services, argument) =>
      showImportWizard(services, isChosenFiles(argument) ? { files: argument } : {}),
  },
  {
    id: 'ingest.importText',
    title: 'Import text',
    category: 'Data',
    run: (services, argument) =>
      showImportWizard(services, typeof argument === 'string' ? { text: argument } : {}),
  },
];
