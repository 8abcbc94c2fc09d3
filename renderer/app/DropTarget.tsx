import { type DragEvent, type ReactNode, useEffect, useState } from 'react';
import { useServices } from '../client/services.ts';
import type { ChosenFile } from '../client/shell.ts';
import { isQueryFile, openQueryFile } from '../features/documents/index.ts';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');

/** Where text that is pasted belongs: fields, the editor, dialogs. */
const takesText = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest('input, textarea, [contenteditable], .monaco-editor, [role=dialog]') !== null;

/** Files dropped anywhere: queries open in tabs, everything else goes to the import wizard. */
export function DropTarget({ children }: { readonly children: ReactNode }) {
  const services = useServices();
  const [over, setOver] = useState(false);

  // Rows or files that are pasted anywhere but into a text are data.
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const { clipboardData } = event;
      if (!clipboardData || takesText(event.target)) return;
      const text = clipboardData.getData('text/plain');
      if (clipboardData.files.length > 0)
        void services.shell
          .dropped(clipboardData)
          .then((files) => services.commands.execute('ingest.importFiles', files));
      else if (text.trim().includes('\n')) services.commands.execute('ingest.importText', text);
      else return;
      event.preventDefault();
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [services]);

  async function drop(dropped: Promise<readonly ChosenFile[]>): Promise<void> {
    const chosen = await dropped;
    const queries = chosen.filter((file) => isQueryFile(file.name));
    const data = chosen.filter((file) => !isQueryFile(file.name));
    for (const file of queries) await openQueryFile(services, file);
    if (data.length > 0) services.commands.execute('ingest.importFiles', data);
  }

  return (
    <section
      className="ca-drop"
      aria-label="Calypso"
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        if (!hasFiles(event)) return;
        event.preventDefault();
        drop(services.shell.dropped(event.dataTransfer)).catch((error: unknown) =>
          services.dialogs.notify({
            intent: 'error',
            title: 'The file could not be opened.',
            body: error instanceof Error ? error.message : String(error),
          }),
        );
      }}
    >
      {children}
      {over ? (
        <div className="ca-drop-hint">Drop data to import it, or a .kql file to open it</div>
      ) : null}
    </section>
  );
}
