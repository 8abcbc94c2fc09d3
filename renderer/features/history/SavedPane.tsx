import './history.css';
import { DeleteRegular, PlayRegular } from '@fluentui/react-icons';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { SavedQuery } from '../../../common/contract/workspace.ts';
import { useServices } from '../../client/services.ts';
import { activate, newDocument } from '../documents/index.ts';
import { TrackedFolders } from '../tracked-folders/index.ts';
import { historyStore } from './history-store.ts';
import { type SavedFolder, savedFolders } from './saved-folders.ts';

/** Queries that were kept by name; the first ones come with the samples. */
export function SavedPane() {
  const services = useServices();
  const { host, session, dialogs } = services;
  const version = useStore(historyStore, (s) => s.savedVersion);
  const { generation } = useStore(host.status);
  const [queries, setQueries] = useState<readonly SavedQuery[]>([]);
  const [filter, setFilter] = useState('');

  useEffect(() => {
    let current = true;
    void [version, generation];
    host
      .call('savedQueries.list', {})
      .then((answer) => {
        if (current) setQueries(answer.queries);
      })
      .catch(() => {});
    return () => {
      current = false;
    };
  }, [host, version, generation]);

  function open(query: SavedQuery): string {
    const already = session
      .getState()
      .documents.find((d) => d.text === query.text && d.title === query.title);
    if (already) activate(services, already.id);
    return (already ?? newDocument(services, query)).id;
  }

  function run(query: SavedQuery): void {
    const id = open(query);
    session
      .run(id, { text: query.text, offset: 0, database: query.database })
      .then(() => {
        const kind = session.getState().runs[id]?.results[0]?.visualization?.kind;
        services.panes.reveal(kind === undefined || kind === 'table' ? 'results' : 'chart');
      })
      .catch(() => {});
  }

  async function remove(query: SavedQuery): Promise<void> {
    const yes = await dialogs.confirm({
      title: `Remove “${query.title}”?`,
      body: 'It is taken out of the saved queries. Tabs that show it stay.',
      action: 'Remove',
      danger: true,
    });
    if (!yes) return;
    await host.call('savedQueries.remove', { id: query.id });
    historyStore.setState((s) => ({ savedVersion: s.savedVersion + 1 }));
  }

  const words = filter.toLowerCase();
  const shown = queries.filter((query) =>
    `${query.title} ${query.description} ${query.text}`.toLowerCase().includes(words),
  );
  return (
    <>
      <div className="ex-bar">
        <input
          type="search"
          placeholder="Search saved queries"
          aria-label="Search saved queries"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      </div>
      <div className="hi-list">
        {savedFolders(shown).map((folder) =>
          folder.name === '' ? (
            <Queries key="" label="Saved queries" folder={folder} act={{ open, run, remove }} />
          ) : (
            <details key={folder.name} open>
              <summary>{folder.name}</summary>
              <Queries label={folder.name} folder={folder} act={{ open, run, remove }} />
            </details>
          ),
        )}
        {shown.length === 0 ? <p className="ca-empty">No saved queries.</p> : null}
        <TrackedFolders filter={filter} />
      </div>
    </>
  );
}

function Queries({
  label,
  folder,
  act,
}: {
  readonly label: string;
  readonly folder: SavedFolder;
  readonly act: {
    readonly open: (query: SavedQuery) => void;
    readonly run: (query: SavedQuery) => void;
    readonly remove: (query: SavedQuery) => Promise<void>;
  };
}) {
  return (
    <ul aria-label={label}>
      {folder.queries.map(({ query, label: title }) => (
        <li key={query.id}>
          <button
            type="button"
            className="hi-text"
            title={query.text}
            onClick={() => act.open(query)}
          >
            <strong>{title}</strong>
            <span>{query.description === '' ? query.database : query.description}</span>
          </button>
          <span className="hi-tools">
            <button
              type="button"
              className="ca-icon"
              title="Run"
              aria-label={`Run ${title}`}
              onClick={() => act.run(query)}
            >
              <PlayRegular />
            </button>
            <button
              type="button"
              className="ca-icon"
              title="Remove"
              aria-label={`Remove ${title}`}
              onClick={() => void act.remove(query)}
            >
              <DeleteRegular />
            </button>
          </span>
        </li>
      ))}
    </ul>
  );
}
