import { Button, Field, ProgressBar, Spinner, Textarea } from '@fluentui/react-components';
import { DocumentArrowUpRegular } from '@fluentui/react-icons';
import { type DragEvent, useState } from 'react';
import { useServices } from '../../client/services.ts';
import { formatBytes } from '../../ui/numbers.ts';
import type { Wizard } from './use-wizard.ts';

const ENDINGS =
  'csv tsv psv txt log json jsonl ndjson multijson parquet arrow feather avro gz zst zip'.split(
    ' ',
  );

/** Files, a folder, or pasted text. */
export function SourceStep({ wizard }: { readonly wizard: Wizard }) {
  const { shell } = useServices();
  const [over, setOver] = useState(false);
  const [text, setText] = useState('');
  const browse = async (folders: boolean): Promise<void> => {
    wizard.chooseFiles(
      await shell.openFiles({
        title: folders ? 'Import a folder' : 'Import files',
        multiple: true,
        folders,
        ...(folders
          ? {}
          : {
              filters: [
                { name: 'Data', extensions: ENDINGS },
                { name: 'All files', extensions: ['*'] },
              ],
            }),
      }),
    );
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    void shell.dropped(event.dataTransfer).then(wizard.chooseFiles);
  };
  if (wizard.upload)
    return (
      <div className="wz-center" role="status">
        <p>Sending {wizard.upload.name}</p>
        <ProgressBar
          aria-label="Sending the files"
          value={wizard.upload.total === 0 ? 1 : wizard.upload.sent / wizard.upload.total}
          style={{ width: 320 }}
        />
        <p>
          {formatBytes(wizard.upload.sent)} of {formatBytes(wizard.upload.total)}
        </p>
      </div>
    );
  if (wizard.busy)
    return (
      <div className="wz-center">
        <Spinner label="Looking at the data" />
      </div>
    );
  return (
    <div className="in-source">
      <section
        className="in-drop"
        aria-label="Drop files here"
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <DocumentArrowUpRegular fontSize={40} aria-hidden="true" />
        <p>
          <strong>Drop files or a folder here</strong>
        </p>
        <p className="wz-quiet">
          CSV, TSV, PSV, text, JSON, NDJSON, Parquet, Arrow, Avro, W3C logs; plain, gzip, zstd or
          zip
        </p>
        <div className="wz-row">
          <Button appearance="primary" onClick={() => void browse(false)}>
            Browse files
          </Button>
          <Button onClick={() => void browse(true)}>Browse a folder</Button>
        </div>
      </section>
      <Field label="Or paste text">
        <Textarea
          rows={5}
          value={text}
          onChange={(_event, data) => setText(data.value)}
          placeholder="Comma- or tab-separated lines, or JSON"
          textarea={{ style: { fontFamily: 'var(--fontFamilyMonospace)' } }}
        />
      </Field>
      <div className="wz-row">
        <Button disabled={text.trim() === ''} onClick={() => wizard.paste(text)}>
          Use the text
        </Button>
      </div>
    </div>
  );
}
