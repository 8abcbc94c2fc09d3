import { DocumentTableRegular } from '@fluentui/react-icons';
import { useRef, useState } from 'react';
import type { ChosenFile } from '../../client/shell.ts';
import { WizardDialog } from '../../ui/Wizard.tsx';
import { SOURCE_ENTRIES, SourceWizard } from '../streams/index.ts';
import { FilesWizard } from './FilesWizard.tsx';
import './ingest.css';

export interface GetDataProps {
  readonly files?: readonly ChosenFile[];
  readonly text?: string;
  /** The source that is shown first; files if there is none of that name. */
  readonly source?: string;
  /** The database that is filled; else that of the open tab. */
  readonly database?: string;
  readonly table?: string;
  readonly onClose: () => void;
}

const FILES = {
  id: 'files',
  label: 'Files, folder, text',
  Icon: DocumentTableRegular,
} as const;

/** Get data: files once, or a source that a table goes on following. */
export function GetData(props: GetDataProps) {
  const { files = [], text = '', onClose } = props;
  const [source, setSource] = useState(
    () => SOURCE_ENTRIES.find((entry) => entry.id === props.source)?.id ?? FILES.id,
  );
  const leave = useRef<(() => boolean) | undefined>(undefined);
  const close = (): void => {
    if (leave.current?.() ?? true) onClose();
  };
  const sources = (
    <nav className="in-sources" aria-label="Sources">
      {[FILES, ...SOURCE_ENTRIES].map(({ id, label, Icon }) => (
        <button
          key={id}
          type="button"
          aria-current={id === source}
          onClick={() => {
            if (id !== source && (leave.current?.() ?? true)) {
              leave.current = undefined;
              setSource(id);
            }
          }}
        >
          <Icon aria-hidden="true" />
          {label}
        </button>
      ))}
    </nav>
  );
  return (
    <WizardDialog testId="import-wizard" onEscape={close}>
      {source === FILES.id ? (
        <FilesWizard
          files={files}
          text={text}
          database={props.database}
          table={props.table}
          sources={sources}
          leave={leave}
          onClose={onClose}
        />
      ) : (
        <SourceWizard
          key={source}
          source={source}
          database={props.database}
          table={props.table}
          sources={sources}
          leave={leave}
          onClose={onClose}
        />
      )}
    </WizardDialog>
  );
}
