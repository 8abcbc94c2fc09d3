import { AddRegular, ArrowClockwiseRegular, DismissRegular } from '@fluentui/react-icons';
import { useCallback, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { QueryFile } from '../../../common/contract/workspace.ts';
import { useServices, useSetting } from '../../client/services.ts';
import { openQueryFile } from '../documents/index.ts';
import { TRACKED_FOLDERS, trackFolder } from './folders.ts';

type Listing =
  | { readonly state: 'reading' }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'listed'; readonly files: readonly QueryFile[]; readonly more: boolean };

/** Folders of `.kql` files on disk; what is opened from here is saved there. */
export function TrackedFolders({ filter }: { readonly filter: string }) {
  const services = useServices();
  const [folders, setFolders] = useSetting(TRACKED_FOLDERS);
  return (
    <section className="hi-tracked" aria-label="Tracked folders">
      <header>
        <strong>Tracked folders</strong>
        <button
          type="button"
          className="ca-icon"
          title="Track a folder of queries"
          aria-label="Track a folder of queries"
          onClick={() => void trackFolder(services)}
        >
          <AddRegular />
        </button>
      </header>
      {folders.length === 0 && (
        <p className="hi-hint">Query files of a folder, such as your team’s repository.</p>
      )}
      {folders.map((folder) => (
        <Folder
          key={folder}
          path={folder}
          filter={filter}
          onRemove={() => setFolders(folders.filter((other) => other !== folder))}
        />
      ))}
    </section>
  );
}

function Folder({
  path,
  filter,
  onRemove,
}: {
  readonly path: string;
  readonly filter: string;
  readonly onRemove: () => void;
}) {
  const services = useServices();
  const { host, session, dialogs } = services;
  const { generation } = useStore(host.status);
  const [listing, setListing] = useState<Listing>({ state: 'reading' });
  const open = useStore(
    session,
    (s) => s.documents.find((document) => document.id === s.activeId)?.path,
  );
  const read = useCallback((): void => {
    void generation;
    host.call('documents.listFolder', { path }).then(
      (answer) => setListing({ state: 'listed', ...answer }),
      (error: unknown) =>
        setListing({
          state: 'failed',
          message: error instanceof Error ? error.message : String(error),
        }),
    );
  }, [host, path, generation]);
  useEffect(() => {
    read();
    // Files change in other programs while this one is behind them.
    window.addEventListener('focus', read);
    return () => window.removeEventListener('focus', read);
  }, [read]);

  const openFile = (file: QueryFile): void => {
    openQueryFile(services, {
      kind: 'path',
      path: file.path,
      name: file.name.split('/').at(-1) ?? file.name,
    }).catch((error: unknown) => {
      dialogs.notify({
        intent: 'error',
        title: `${file.name} can’t be opened`,
        body: error instanceof Error ? error.message : String(error),
      });
      read();
    });
  };

  const name = path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
  const files = listing.state === 'listed' ? listing.files : [];
  const shown = files.filter((file) => file.name.toLowerCase().includes(filter.toLowerCase()));
  return (
    <details open>
      <summary title={path}>
        <span>{name}</span>
        <span className="hi-folder-tools">
          <button
            type="button"
            className="ca-icon"
            title="Read the folder again"
            aria-label={`Read ${name} again`}
            onClick={read}
          >
            <ArrowClockwiseRegular />
          </button>
          <button
            type="button"
            className="ca-icon"
            title="Stop tracking; the files stay"
            aria-label={`Stop tracking ${name}`}
            onClick={onRemove}
          >
            <DismissRegular />
          </button>
        </span>
      </summary>
      {listing.state === 'failed' && (
        <p className="hi-hint" role="alert">
          {listing.message}
        </p>
      )}
      <ul aria-label={name}>
        {shown.map((file) => (
          <li key={file.path} data-open={file.path === open || undefined}>
            <button
              type="button"
              className="hi-text"
              title={file.path}
              onClick={() => openFile(file)}
            >
              {file.name}
            </button>
          </li>
        ))}
      </ul>
      {listing.state === 'listed' && shown.length === 0 && (
        <p className="hi-hint">{filter === '' ? 'No query files.' : 'None matches.'}</p>
      )}
      {listing.state === 'listed' && listing.more && (
        <p className="hi-hint">The folder holds more files than are listed.</p>
      )}
    </details>
  );
}
