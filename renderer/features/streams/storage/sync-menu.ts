import type { SyncInfo } from '../../../../common/contract/storage.ts';
import { asAppError } from '../../../../common/errors/app-error.ts';
import { nameReference } from '../../../../common/text/kql-literal.ts';
import type { Services } from '../../../client/services.ts';
import type { MenuEntry } from '../../../ui/MenuAt.tsx';
import { ask } from '../stream-actions.ts';
import { showSyncDetails } from './show-sync.tsx';
import { syncStore } from './sync-store.ts';

async function doing(
  services: Services,
  what: string,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { message, hints, kind } = asAppError(error);
    if (kind !== 'cancelled')
      services.dialogs.notify({
        intent: 'error',
        title: `${what}: it did not work.`,
        body: [message, ...hints].join(' '),
      });
  } finally {
    syncStore(services).refresh();
  }
}

export const isUnderWay = (info: SyncInfo): boolean =>
  info.state === 'listing' || info.state === 'running';

export function runOrStop(services: Services, info: SyncInfo): Promise<void> {
  const { name } = info.definition;
  return isUnderWay(info)
    ? doing(services, `Stop ${name}`, () => services.host.call('storage.cancelSync', { name }))
    : doing(services, `Sync ${name}`, () =>
        services.host.call('storage.runSync', { name, again: true }),
      );
}

export function pauseOrResumeSync(services: Services, info: SyncInfo): Promise<void> {
  const { name } = info.definition;
  return info.state === 'paused'
    ? doing(services, `Resume ${name}`, () => services.host.call('storage.resumeSync', { name }))
    : doing(services, `Pause ${name}`, () => services.host.call('storage.pauseSync', { name }));
}

async function removeSync(services: Services, info: SyncInfo): Promise<void> {
  const { name, table } = info.definition;
  const yes = await services.dialogs.confirm({
    title: `Remove the sync ${name}?`,
    body: `${table ? `${table.table} and its rows stay. ` : ''}The copies of the files and the secret of the store are deleted here; the store itself is not touched.`,
    action: 'Remove sync',
    danger: true,
  });
  if (yes)
    await doing(services, `Remove ${name}`, () =>
      services.host.call('storage.removeSync', { name }),
    );
}

/** The context menu of a sync. */
export function syncMenu(services: Services, info: SyncInfo): readonly (readonly MenuEntry[])[] {
  const { name, table } = info.definition;
  return [
    [
      { label: 'Details', keys: 'Enter', run: () => showSyncDetails(services, name) },
      ...(table
        ? [
            {
              label: 'Show first 100 rows',
              run: () => ask(services, table.database, `${nameReference(table.table)}\n| take 100`),
            },
          ]
        : []),
    ],
    [
      {
        label: isUnderWay(info) ? 'Stop the run' : 'Sync now',
        run: () => void runOrStop(services, info),
      },
      {
        label: info.state === 'paused' ? 'Resume' : 'Pause',
        keys: 'Space',
        run: () => void pauseOrResumeSync(services, info),
      },
    ],
    [
      {
        label: 'Copy the folder of the copies',
        run: () => void doing(services, 'Copy', () => navigator.clipboard.writeText(info.folder)),
      },
    ],
    [{ label: 'Remove…', keys: 'Delete', run: () => void removeSync(services, info) }],
  ];
}
