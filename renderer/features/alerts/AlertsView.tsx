import { Badge, Button } from '@fluentui/react-components';
import {
  AlertRegular,
  DeleteRegular,
  PlayRegular,
  Speaker2Regular,
  SpeakerMuteRegular,
} from '@fluentui/react-icons';
import { useCallback, useEffect, useState } from 'react';
import type { AlertEvent, AlertInfo } from '../../../common/contract/alerts.ts';
import { asAppError } from '../../../common/errors/app-error.ts';
import { useServices } from '../../client/services.ts';
import './alerts.css';

const COLOURS = {
  quiet: 'success',
  firing: 'danger',
  failed: 'warning',
  paused: 'informative',
} as const;

const at = (iso: string): string => (iso === '' ? '' : iso.replace('T', ' ').slice(0, 19));

/** The alerts of all databases, and what they told last. */
export function AlertsView() {
  const { host, commands } = useServices();
  const [alerts, setAlerts] = useState<readonly AlertInfo[]>([]);
  const [events, setEvents] = useState<readonly AlertEvent[]>([]);
  const [error, setError] = useState('');
  const read = useCallback(() => {
    Promise.all([host.call('alerts.list', {}), host.call('alerts.events', { limit: 200 })]).then(
      ([list, told]) => {
        setAlerts(list.alerts);
        setEvents(told.events);
        setError('');
      },
      (thrown: unknown) => setError(asAppError(thrown).message),
    );
  }, [host]);
  useEffect(() => {
    read();
    const stops = [host.on('alerts.changed', read), host.on('alerts.event', read)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [host, read]);
  return (
    <section className="rs-pane" aria-label="Alerts">
      <div className="rs-bar-top">
        <strong className="rs-title">Alerts</strong>
        <span className="rs-space" />
        <Button
          size="small"
          appearance="subtle"
          icon={<AlertRegular />}
          onClick={() => commands.execute('alerts.make')}
        >
          Make one of the current query
        </Button>
      </div>
      {error !== '' && (
        <div role="alert" className="rs-error">
          {error}
        </div>
      )}
      <div className="al-lists">
        {alerts.length === 0 ? (
          <div className="rs-message">
            There are no alerts yet. Write a query that finds what you want to hear of, and make one
            of it.
          </div>
        ) : (
          <table aria-label="Alerts">
            <thead>
              <tr>
                <th>State</th>
                <th>Alert</th>
                <th>Query</th>
                <th>Last look</th>
                <th>Next look</th>
                <th aria-label="Actions" />
              </tr>
            </thead>
            <tbody>
              {alerts.map((alert) => (
                <AlertRow
                  key={`${alert.definition.database}/${alert.definition.name}`}
                  alert={alert}
                />
              ))}
            </tbody>
          </table>
        )}
        {events.length > 0 && <Events events={events} />}
      </div>
    </section>
  );
}

function AlertRow({ alert }: { readonly alert: AlertInfo }) {
  const { host, dialogs } = useServices();
  const { definition, state, since, lastRun, nextRunAt, deliveryMessage } = alert;
  const { database, name } = definition;
  const muted = state === 'paused';
  const attempt = (work: () => Promise<unknown>): void => {
    work().catch((thrown: unknown) =>
      dialogs.notify({
        intent: 'error',
        title: `${name}: it did not work.`,
        body: asAppError(thrown).message,
      }),
    );
  };
  const remove = async (): Promise<void> => {
    const yes = await dialogs.confirm({
      title: `Delete ${name}?`,
      body: 'What it has told stays in the table _alerts.',
      action: 'Delete',
      danger: true,
    });
    if (yes) await host.call('alerts.remove', { database, name });
  };
  const trouble = lastRun?.state === 'failed' ? lastRun.message : deliveryMessage;
  return (
    <tr>
      <td>
        <Badge appearance="filled" color={COLOURS[state]}>
          {muted ? 'muted' : state}
        </Badge>
        {since !== '' && <div className="rs-quiet">since {at(since)}</div>}
      </td>
      <td>
        <strong>{name}</strong>
        <div className="rs-quiet">{database}</div>
      </td>
      <td>
        <code title={definition.query}>{definition.query}</code>
        {trouble !== '' && <div className="rs-error">{trouble}</div>}
      </td>
      <td>{at(lastRun?.endedAt ?? '')}</td>
      <td>{at(nextRunAt)}</td>
      <td className="al-actions">
        <Button
          size="small"
          appearance="subtle"
          icon={<PlayRegular />}
          aria-label={`Look now: ${name}`}
          title="Look now"
          onClick={() => attempt(() => host.call('alerts.run', { database, name }))}
        />
        <Button
          size="small"
          appearance="subtle"
          icon={muted ? <Speaker2Regular /> : <SpeakerMuteRegular />}
          aria-label={`${muted ? 'Unmute' : 'Mute'} ${name}`}
          title={muted ? 'Unmute' : 'Mute'}
          onClick={() =>
            attempt(() => host.call(muted ? 'alerts.resume' : 'alerts.pause', { database, name }))
          }
        />
        <Button
          size="small"
          appearance="subtle"
          icon={<DeleteRegular />}
          aria-label={`Delete ${name}`}
          title="Delete"
          onClick={() => attempt(remove)}
        />
      </td>
    </tr>
  );
}

function Events({ events }: { readonly events: readonly AlertEvent[] }) {
  return (
    <table aria-label="What alerts told">
      <thead>
        <tr>
          <th>Time (UTC)</th>
          <th>Alert</th>
          <th>Event</th>
          <th>Rows</th>
          <th>Message</th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr key={`${event.incident} ${event.at} ${event.kind}`}>
            <td>{at(event.at)}</td>
            <td>{event.alert}</td>
            <td>{event.kind}</td>
            <td className="al-number">{event.rows.toLocaleString('en-US')}</td>
            <td>{event.message}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
