import type { SyncInfo } from '../../../../common/contract/storage.ts';
import { nameReference } from '../../../../common/text/kql-literal.ts';
import type { Services } from '../../../client/services.ts';
import type { MenuEntry } from '../../../ui/MenuAt.tsx';
import { ask } from '../stream-actions.ts';
import { showSyncDetails } from './show-sync.tsx';
import { doing, isUnderWay, pauseOrResumeSync, removeSync, runOrStop } from './sync-actions.ts';

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
