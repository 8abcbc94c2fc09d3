import { Button } from '@fluentui/react-components';
import type { SyncInfo } from '../../../../common/contract/storage.ts';
import { useServices } from '../../../client/services.ts';
import { formatBytes, formatCount } from '../../../ui/numbers.ts';
import { PageDialog } from '../../../ui/PageDialog.tsx';
import { isUnderWay, pauseOrResumeSync, runOrStop } from './sync-actions.ts';
import { SYNC_LOOKS, timeText } from './sync-look.ts';
import { useSync } from './sync-store.ts';
import '../streams.css';

/** Everything that is known of a sync, as it goes on. */
export function SyncDetails({
  name,
  onClose,
}: {
  readonly name: string;
  readonly onClose: () => void;
}) {
  const services = useServices();
  const info = useSync(name);
  if (!info)
    return (
      <PageDialog title={name} width={480} onClose={onClose}>
        This sync was removed.
      </PageDialog>
    );
  return (
    <PageDialog
      title={`Sync ${name}`}
      width={860}
      className="st-details"
      onClose={onClose}
      actions={
        <>
          <Button onClick={() => void runOrStop(services, info)}>
            {isUnderWay(info) ? 'Stop the run' : 'Sync now'}
          </Button>
          <Button onClick={() => void pauseOrResumeSync(services, info)}>
            {info.state === 'paused' ? 'Resume' : 'Pause'}
          </Button>
        </>
      }
    >
      <SyncBadge info={info} />
      <SyncFigures info={info} />
      {info.problems.length > 0 ? (
        <section className="st-list" aria-label="Files with a problem">
          <h3>Files that were set aside until they change</h3>
          <table>
            <tbody>
              {info.problems.map((problem) => (
                <tr key={problem.key}>
                  <td>{problem.key}</td>
                  <td className="st-said">{problem.message}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
      <p className="wz-quiet">Copies lie in {info.folder}</p>
      <details className="st-definition">
        <summary>Definition</summary>
        <pre className="wz-script">{JSON.stringify(info.definition, undefined, 2)}</pre>
      </details>
    </PageDialog>
  );
}

export function SyncBadge({ info }: { readonly info: SyncInfo }) {
  const { Icon, word, meaning } = SYNC_LOOKS[info.state];
  return (
    <p className="st-badge" data-state={info.state} role="status">
      <Icon aria-hidden="true" />
      <strong>{word}</strong>
      <span>{info.message === '' ? meaning : info.message}</span>
    </p>
  );
}

export function SyncFigures({ info }: { readonly info: SyncInfo }) {
  const { progress } = info;
  const facts: readonly (readonly [string, string])[] = [
    ['As of (UTC)', timeText(info.lastGoodAt)],
    ['Files', `${formatCount(info.files)}, ${formatBytes(info.bytes)}`],
    ['Copied here', `${formatCount(info.mirroredFiles)}, ${formatBytes(info.mirroredBytes)}`],
    ...(info.definition.table ? ([['Rows', formatCount(info.rows)]] as const) : []),
    ['Set aside', formatCount(info.failedFiles)],
    ...(info.state === 'running'
      ? ([
          [
            'This run',
            `${formatCount(progress.filesDone)} of ${formatCount(progress.filesTotal)} files, ${formatBytes(progress.bytesPerSecond)}/s`,
          ],
        ] as const)
      : []),
    ...(info.definition.queue
      ? ([['Messages of the queue', formatCount(info.events)]] as const)
      : []),
  ];
  return (
    <dl className="wz-facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
