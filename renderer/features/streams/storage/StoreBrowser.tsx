import { Button, Spinner } from '@fluentui/react-components';
import { ArrowUpRegular, DocumentRegular, FolderRegular } from '@fluentui/react-icons';
import { formatBytes, formatCount } from '../../../ui/numbers.ts';
import type { SyncWizardState } from './use-sync-wizard.ts';

const last = (path: string): string => path.replace(/\/$/, '').split('/').at(-1) ?? path;

/** One level of a store after the other; the folder that one stands in is the prefix that is followed. */
export function StoreBrowser({ wizard }: { readonly wizard: SyncWizardState }) {
  const { level, busy, values } = wizard;
  const prefix = values.prefix ?? '';
  const container = values.container ?? '';
  const up = (): void => {
    if (prefix === '') wizard.look({ container: '' });
    else wizard.look({ prefix: prefix.replace(/[^/]+\/?$/, '') });
  };
  return (
    <section className="st-browser" aria-label="Browse the storage">
      <div className="wz-row">
        <Button
          appearance={level ? 'secondary' : 'primary'}
          disabled={busy !== ''}
          onClick={() => wizard.look()}
        >
          {level ? 'Refresh' : 'Connect and list files'}
        </Button>
        {busy === '' ? null : <Spinner size="tiny" label={busy} />}
        <span className="wz-space" />
        {level && (prefix !== '' || container !== '') ? (
          <>
            <code className="st-path">{[container, prefix].filter((p) => p !== '').join('/')}</code>
            <Button size="small" appearance="subtle" icon={<ArrowUpRegular />} onClick={up}>
              Up
            </Button>
          </>
        ) : null}
      </div>
      {level ? (
        <div className="wz-preview">
          <table className="st-topics" aria-label="Files of the storage">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Size</th>
                <th scope="col">Changed (UTC)</th>
              </tr>
            </thead>
            <tbody>
              {level.containers.map((name) => (
                <tr key={name}>
                  <td colSpan={3}>
                    <Button
                      size="small"
                      appearance="transparent"
                      icon={<FolderRegular />}
                      onClick={() => wizard.look({ container: name, prefix: '' })}
                    >
                      {name}
                    </Button>
                  </td>
                </tr>
              ))}
              {level.folders.map((folder) => (
                <tr key={folder}>
                  <td colSpan={3}>
                    <Button
                      size="small"
                      appearance="transparent"
                      icon={<FolderRegular />}
                      onClick={() => wizard.look({ prefix: folder })}
                    >
                      {last(folder)}
                    </Button>
                  </td>
                </tr>
              ))}
              {level.files.map((file) => (
                <tr key={file.key}>
                  <td className="st-file">
                    <DocumentRegular aria-hidden="true" /> {last(file.key)}
                  </td>
                  <td className="wz-number">{formatBytes(file.bytes)}</td>
                  <td>{new Date(file.modifiedAt).toISOString().slice(0, 19).replace('T', ' ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {level.next === undefined ? null : (
            <Button size="small" appearance="subtle" onClick={wizard.more}>
              More than {formatCount(level.folders.length + level.files.length)}: show the next
            </Button>
          )}
          {level.containers.length + level.folders.length + level.files.length === 0 ? (
            <p className="wz-note">Nothing is here.</p>
          ) : null}
        </div>
      ) : (
        <div className="st-invite">
          <p>Connect to see containers, folders and files. The folder that is open is followed.</p>
        </div>
      )}
    </section>
  );
}
