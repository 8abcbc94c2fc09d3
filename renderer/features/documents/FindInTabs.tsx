import { Button, Input } from '@fluentui/react-components';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useServices, useSession } from '../../client/services.ts';
import { activate, changeDocument } from './document-actions.ts';
import { type Found, findInDocuments, replaceAll } from './find-in-documents.ts';
import './documents.css';
import { PageDialog } from '../../ui/PageDialog.tsx';

/** All tabs by name, or every line in them that holds a text; Enter goes there. */
export function FindInTabs({
  replacing,
  onClose,
}: {
  readonly replacing: boolean;
  readonly onClose: () => void;
}) {
  const services = useServices();
  const documents = useSession((s) => s.documents);
  const [needle, setNeedle] = useState('');
  const [by, setBy] = useState('');
  const [at, setAt] = useState(0);
  const [done, setDone] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const found = findInDocuments(documents, needle);
  const index = Math.min(at, found.length - 1);

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  });

  const open = (place: Found | undefined): void => {
    onClose();
    if (!place) return;
    activate(services, place.document.id);
    // The editor of the tab is there after the next drawing.
    setTimeout(() => {
      if (place.offset >= 0) services.editor.reveal(place.offset);
      services.editor.focus();
    }, 50);
  };
  const replace = (): void => {
    let count = 0;
    for (const document of documents) {
      const replaced = replaceAll(document.text, needle, by);
      count += replaced.count;
      if (replaced.count > 0) changeDocument(services, document.id, { text: replaced.text });
    }
    setDone(`Replaced ${count.toLocaleString('en-US')} ${count === 1 ? 'place' : 'places'}.`);
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') open(found[index]);
    else if (event.key === 'ArrowDown') setAt(Math.min(index + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(index - 1, 0));
    else return;
    event.preventDefault();
  };

  return (
    <PageDialog
      title={replacing ? 'Replace in all tabs' : 'Find in all tabs'}
      width={720}
      className="do-find"
      actions={
        replacing && (
          <Button
            appearance="primary"
            disabled={needle === '' || found.every((place) => place.offset < 0)}
            onClick={replace}
          >
            Replace all
          </Button>
        )
      }
      onClose={onClose}
    >
      <Input
        role="combobox"
        aria-expanded={true}
        aria-controls="do-found"
        aria-activedescendant={index >= 0 ? `do-found-${index}` : undefined}
        aria-label="Text or name of a tab"
        placeholder="Text or name of a tab"
        autoFocus
        value={needle}
        onChange={(_event, data) => {
          setNeedle(data.value);
          setDone('');
          setAt(0);
        }}
        onKeyDown={pressed}
      />
      {replacing && (
        <Input
          aria-label="Replace by"
          placeholder="Replace by"
          value={by}
          onChange={(_event, data) => setBy(data.value)}
        />
      )}
      <div id="do-found" className="do-found" role="listbox" aria-label="Found" ref={list}>
        {found.map((place, i) => (
          <div
            key={`${place.document.id}:${place.line}`}
            id={`do-found-${i}`}
            role="option"
            aria-selected={i === index}
            tabIndex={-1}
            onPointerMove={() => setAt(i)}
            onClick={() => open(place)}
            onKeyDown={() => {}}
          >
            <strong>{place.document.title}</strong>
            <span>{place.line > 0 ? place.line : ''}</span>
            <code>{place.text.trim().slice(0, 200)}</code>
          </div>
        ))}
        {found.length === 0 && (
          <p role="status">{done === '' ? 'No tab holds this text.' : done}</p>
        )}
      </div>
    </PageDialog>
  );
}
