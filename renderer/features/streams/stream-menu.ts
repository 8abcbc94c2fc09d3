import type { StreamInfo } from '../../../common/contract/stream.ts';
import type { Services } from '../../client/services.ts';
import type { MenuEntry } from '../../ui/MenuAt.tsx';
import { formatCount } from '../../ui/numbers.ts';
import { showRewind, showSecret, showStreamDetails } from './show.tsx';
import {
  ask,
  deadLettersQuery,
  doing,
  isStopped,
  liveView,
  newestRowsQuery,
  pauseOrResume,
  removeStream,
} from './stream-actions.ts';

/** The context menu of a stream. */
export function streamMenu(
  services: Services,
  info: StreamInfo,
): readonly (readonly MenuEntry[])[] {
  const { definition } = info;
  const { name, database, table } = definition;
  const live = liveView(services, database, table);
  return [
    [
      { label: 'Details', keys: 'Enter', run: () => showStreamDetails(services, name) },
      ...(live ? [{ label: 'Open the live view', run: live }] : []),
      {
        label: 'Show newest 100 rows',
        run: () => ask(services, database, newestRowsQuery(table)),
      },
      {
        label:
          info.deadLettered > 0
            ? `Show dead letters (${formatCount(info.deadLettered)})`
            : 'Show dead letters',
        disabled: info.deadLettered === 0,
        run: () => ask(services, database, deadLettersQuery(definition)),
      },
    ],
    [
      {
        label: isStopped(info) ? 'Resume' : 'Pause',
        keys: 'Space',
        run: () => void pauseOrResume(services, info),
      },
      { label: 'Rewind…', run: () => showRewind(services, name) },
      { label: 'Change the secret…', run: () => showSecret(services, name) },
    ],
    [
      {
        label: 'Copy as a command',
        run: () =>
          void doing(services, 'Copy as a command', async () => {
            const { text } = await services.host.call('streams.script', { name });
            await navigator.clipboard.writeText(text);
            services.dialogs.notify({
              intent: 'success',
              title: 'Copied',
              body: 'Secrets are no part of it.',
            });
          }),
      },
      {
        label: 'Export the configuration…',
        run: () => services.commands.execute('streams.exportConfig'),
      },
    ],
    [{ label: 'Remove…', keys: 'Delete', run: () => void removeStream(services, info) }],
  ];
}
