import './history.css';
import { OpenRegular, PlayRegular } from '@fluentui/react-icons';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { HistoryEntry } from '../../../common/contract/workspace.ts';
import { useServices, useSession } from '../../client/services.ts';
import { formatCount, formatDuration } from '../../ui/numbers.ts';
import { newDocument } from '../documents/index.ts';
import { historyStore } from './history-store.ts';

const REST_MS = 200;

function useHistory(contains: string): readonly HistoryEntry[] {
  const { host } = useServices();
  const version = useStore(historyStore, (s) => s.version);
  const { generation } = useStore(host.status);
  // Finished runs make a new entry.
  const finished = useSession((s) =>
    Object.values(s.runs)
      .map((run) => run.queryId + run.state)
      .join(),
  );
  const [entries, setEntries] = useState<readonly HistoryEntry[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    // Asked again when any of these changes.
    void [version, generation, finished];
    const timer = setTimeout(() => {
      host
        .call('history.list', { contains, limit: 300 }, { signal: controller.signal })
        .then((answer) => setEntries(answer.entries))
        .catch(() => {});
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [host, contains, version, generation, finished]);
  return entries;
}

/** All queries that were run, newest first. */
export function HistoryPane() {
  const services = useServices();
  const [filter, setFilter] = useState('');
  const entries = useHistory(filter);

  const open = (entry: HistoryEntry): void => {
    newDocument(services, { text: entry.text, database: entry.database });
  };
  const runAgain = (entry: HistoryEntry): void => {
    const document = newDocument(services, { text: entry.text, database: entry.database });
    services.session
      .run(document.id, { text: entry.text, offset: 0, database: entry.database })
      .then(() => services.panes.reveal('results'))
      .catch(() => {});
  };

  return (
    <>
      <div className="ex-bar">
        <input
          type="search"
          placeholder="Search the history"
          aria-label="Search the history"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      </div>
      {entries.length === 0 ? (
        <p className="ca-empty">
          {filter === '' ? 'Queries that you run are listed here.' : 'Nothing matches.'}
        </p>
      ) : (
        <ul className="hi-list" aria-label="History">
          {entries.map((entry) => (
            <li key={entry.id} data-state={entry.state}>
              <button
                type="button"
                className="hi-text"
                title={`${entry.text}\n\nEnter or double-click opens it in a new tab`}
                onDoubleClick={() => open(entry)}
                onKeyDown={(event) => {
                  if (event.key === 'Enter') open(entry);
                }}
              >
                <code>{entry.text.trim().split('\n').slice(0, 3).join('\n')}</code>
                <span>
                  {timeOf(entry.startedAt)} · {entry.database} ·{' '}
                  {entry.state === 'completed'
                    ? `${formatCount(entry.rowCount)} rows`
                    : (entry.error ?? entry.state)}{' '}
                  · {formatDuration(entry.elapsedMs)}
                </span>
              </button>
              <span className="hi-tools">
                <button
                  type="button"
                  className="ca-icon"
                  title="Open in a new tab"
                  aria-label="Open in a new tab"
                  onClick={() => open(entry)}
                >
                  <OpenRegular />
                </button>
                <button
                  type="button"
                  className="ca-icon"
                  title="Run again"
                  aria-label="Run again"
                  onClick={() => runAgain(entry)}
                >
                  <PlayRegular />
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function timeOf(startedAt: string): string {
  const date = new Date(startedAt);
  if (Number.isNaN(date.getTime())) return startedAt;
  const day = date.toISOString().slice(0, 10);
  const today = new Date().toISOString().slice(0, 10);
  const time = date.toISOString().slice(11, 19);
  return day === today ? time : `${day} ${time}`;
}
