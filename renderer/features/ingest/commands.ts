import type { Command } from '../../client/command.ts';
import type { Services } from '../../client/services.ts';
import type { ChosenFile } from '../../client/shell.ts';
import { showGetData } from './show-wizard.tsx';

function isChosenFiles(value: unknown): value is readonly ChosenFile[] {
  return (
    Array.isArray(value) &&
    value.every(
      (file: unknown) =>
        typeof file === 'object' && file !== null && 'kind' in file && 'name' in file,
    )
  );
}

/** What a menu says of the place that is to be filled, or by what. */
function target(value: unknown): { source?: string; database?: string; table?: string } {
  if (typeof value !== 'object' || value === null) return {};
  const given = value as Readonly<Record<string, unknown>>;
  const text = (name: string): string | undefined =>
    typeof given[name] === 'string' ? given[name] : undefined;
  const [source, database, table] = [text('source'), text('database'), text('table')];
  return {
    ...(source === undefined ? {} : { source }),
    ...(database === undefined ? {} : { database }),
    ...(table === undefined ? {} : { table }),
  };
}

async function pasteData(services: Services): Promise<void> {
  try {
    showGetData(services, { text: await navigator.clipboard.readText() });
  } catch {
    // Reading the clipboard may be forbidden; the text can still be pasted into the wizard itself.
    showGetData(services, {});
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
    run: (services, argument) => showGetData(services, target(argument)),
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
      showGetData(services, isChosenFiles(argument) ? { files: argument } : {}),
  },
  {
    id: 'ingest.importText',
    title: 'Import text',
    category: 'Data',
    run: (services, argument) =>
      showGetData(services, typeof argument === 'string' ? { text: argument } : {}),
  },
];
