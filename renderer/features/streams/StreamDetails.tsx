import { Button } from '@fluentui/react-components';
import { PauseRegular, PlayRegular } from '@fluentui/react-icons';
import { useEffect, useState } from 'react';
import type { StreamInfo, StreamMessage } from '../../../common/contract/stream.ts';
import { useServices } from '../../client/services.ts';
import { formatCount } from '../../ui/numbers.ts';
import { PageDialog } from '../../ui/PageDialog.tsx';
import { kindOfSource } from './kinds/index.ts';
import { StateBadge } from './StateBadge.tsx';
import { ask, deadLettersQuery, isStopped, liveView, pauseOrResume } from './stream-actions.ts';
import { rateText, STATE_LOOKS } from './stream-look.ts';
import { useStream } from './stream-store.ts';
import './streams.css';

/** `2026-01-31 12:34:56`, in UTC. */
const timeText = (iso: string): string =>
  iso === '' ? 'none yet' : iso.slice(0, 19).replace('T', ' ');

/** Everything that is known of a stream, as it goes on. */
export function StreamDetails({
  name,
  onClose,
}: {
  readonly name: string;
  readonly onClose: () => void;
}) {
  const services = useServices();
  const info = useStream(name);
  if (!info)
    return (
      <PageDialog title={name} width={480} onClose={onClose}>
        This stream was removed.
      </PageDialog>
    );
  const { definition } = info;
  const live = liveView(services, definition.database, definition.table);
  const leaving = (run: () => void) => (): void => {
    onClose();
    run();
  };
  return (
    <PageDialog
      title={`Stream ${name}`}
      width={900}
      className="st-details"
      onClose={onClose}
      actions={
        <>
          {info.deadLettered > 0 ? (
            <Button
              onClick={leaving(() =>
                ask(services, definition.database, deadLettersQuery(definition)),
              )}
            >
              Show dead letters
            </Button>
          ) : null}
          {live ? <Button onClick={leaving(live)}>Open the live view</Button> : null}
          <Button
            icon={isStopped(info) ? <PlayRegular /> : <PauseRegular />}
            onClick={() => void pauseOrResume(services, info)}
          >
            {isStopped(info) ? 'Resume' : 'Pause'}
          </Button>
        </>
      }
    >
      <StateBadge info={info} />
      <Figures info={info} />
      <div className="st-columns">
        <Positions info={info} />
        <Messages info={info} />
      </div>
      <Definition info={info} />
    </PageDialog>
  );
}

export function Figures({ info }: { readonly info: StreamInfo }) {
  const facts: readonly (readonly [string, string])[] = [
    ['Rows', formatCount(info.rows)],
    ['Rows per second', rateText(info.rowsPerSecond)],
    ['Waiting at the source', info.lag < 0 ? 'unknown' : formatCount(info.lag)],
    ['Dead letters', formatCount(info.deadLettered)],
    ['Lost', formatCount(info.lost)],
    ['Last commit (UTC)', timeText(info.lastCommitAt)],
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

function Positions({ info }: { readonly info: StreamInfo }) {
  const parts = Object.entries(info.positions).toSorted(([a], [b]) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  return (
    <section className="st-list" aria-label="Positions">
      <h3>Next position of each partition</h3>
      {parts.length === 0 ? (
        <p className="wz-quiet">Nothing was committed yet.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Partition</th>
              <th scope="col">Position</th>
            </tr>
          </thead>
          <tbody>
            {parts.map(([part, position]) => (
              <tr key={part}>
                <td>{part}</td>
                <td className="wz-number">{position}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Messages({ info }: { readonly info: StreamInfo }) {
  const { host } = useServices();
  const { name } = info.definition;
  const [messages, setMessages] = useState<readonly StreamMessage[]>([]);
  const { state, message } = info;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new state or message is why it is asked again
  useEffect(() => {
    let gone = false;
    host.call('streams.messages', { name }).then(
      (answer) => {
        if (!gone) setMessages(answer.messages);
      },
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [host, name, state, message]);
  return (
    <section className="st-list" aria-label="Messages">
      <h3>Since Calypso started</h3>
      {messages.length === 0 ? (
        <p className="wz-quiet">Nothing happened.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Time (UTC)</th>
              <th scope="col">State</th>
              <th scope="col">What it said</th>
            </tr>
          </thead>
          <tbody>
            {messages.toReversed().map((m, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: messages have no other name, and times may repeat
              <tr key={i}>
                <td>{timeText(m.at)}</td>
                <td>{STATE_LOOKS[m.state].word}</td>
                <td className="st-said">{m.text === '' ? STATE_LOOKS[m.state].meaning : m.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Definition({ info }: { readonly info: StreamInfo }) {
  const { definition } = info;
  return (
    <details className="st-definition">
      <summary>
        Definition: {kindOfSource(definition.source)?.label ?? definition.source.kind},{' '}
        {definition.format} → {definition.database}.{definition.table}
      </summary>
      <pre className="wz-script">{JSON.stringify(definition, undefined, 2)}</pre>
    </details>
  );
}
