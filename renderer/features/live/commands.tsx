import type { Command } from '../../client/command.ts';
import type { Services } from '../../client/services.ts';
import { LiveView } from './LiveView.tsx';
import { createLiveTail } from './live-tail.ts';

/** What `live.open` is given; without it the person is asked for a table. */
export interface OpenLive {
  readonly database: string;
  readonly table: string;
  readonly pipe?: string;
}

const isOpenLive = (value: unknown): value is OpenLive =>
  typeof value === 'object' && value !== null && 'database' in value && 'table' in value;

/** Watches a table in a tab of its own; one tab per table and standing query. */
export function openLive(services: Services, { database, table, pipe = '' }: OpenLive): void {
  const id = `live:${JSON.stringify([database, table, pipe])}`;
  const open = services.views.getState().tabs.find((tab) => tab.id === id);
  if (open) {
    services.views.open(open);
    return;
  }
  const tail = createLiveTail(services, { database, table, pipe });
  services.views.open({
    id,
    title: `${table} (live)`,
    content: <LiveView tail={tail} />,
    onClose: tail.close,
  });
}

/** A table that can grow, by its name or by `database.table`; of equal names that of the tab's database. */
function tableNamed(services: Services, name: string): OpenLive | undefined {
  const { databases } = services.schema.getState().schema;
  const own = services.session.active()?.database;
  const found = databases.flatMap(({ name: database, tables, readOnly }) =>
    readOnly
      ? []
      : tables.filter((t) => t.kind === 'table').map((t) => [database, t.name] as const),
  );
  const fits = found.filter(([d, t]) => name === '' || name === t || name === `${d}.${t}`);
  const [database, table] = fits.find(([d]) => d === own) ?? fits[0] ?? [];
  return database === undefined || table === undefined ? undefined : { database, table };
}

async function chosenTable(services: Services): Promise<OpenLive | undefined> {
  const name = await services.dialogs.prompt({
    title: 'Watch a table live',
    label: 'Table',
    value: tableNamed(services, '')?.table ?? '',
    action: 'Watch',
    check: (text) =>
      text !== '' && tableNamed(services, text)
        ? undefined
        : `There is no table ${text} that can get new rows.`,
  });
  return name === undefined ? undefined : tableNamed(services, name);
}

export const liveCommands: readonly Command[] = [
  {
    id: 'live.open',
    title: 'Watch a table live…',
    category: 'Data',
    keys: ['Ctrl+Alt+L'],
    menu: 3,
    run: async (services, argument) => {
      const target = isOpenLive(argument) ? argument : await chosenTable(services);
      if (target) openLive(services, target);
    },
  },
];
