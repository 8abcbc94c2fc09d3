import type { SyncInfo } from '../../../../common/contract/storage.ts';
import type { Services } from '../../../client/services.ts';
import { told } from '../told.ts';
import { syncStore } from './sync-store.ts';

/** Does something to a sync; what goes wrong is told, and the tree shows at once what came of it. */
export const doing = (
  services: Services,
  what: string,
  work: () => Promise<unknown>,
): Promise<void> => told(services, what, work, () => syncStore(services).refresh());

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

export async function removeSync(services: Services, info: SyncInfo): Promise<void> {
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
