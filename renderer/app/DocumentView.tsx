import { Spinner } from '@fluentui/react-components';
import { Suspense, useCallback } from 'react';
import { useServices } from '../client/services.ts';
import { changeDocument } from '../features/documents/index.ts';
import { QueryEditor } from '../features/editor/index.ts';
import type { ThemeName } from '../ui/themes.ts';

export interface DocumentViewProps {
  readonly documentId: string;
  readonly theme: ThemeName;
}

/** A document tab: its editor, saved as it is typed. */
export function DocumentView({ documentId, theme }: DocumentViewProps) {
  const services = useServices();
  const changeText = useCallback(
    (text: string) => changeDocument(services, documentId, { text }),
    [services, documentId],
  );
  return (
    <Suspense fallback={<Spinner size="tiny" label="Loading the editor" />}>
      <QueryEditor documentId={documentId} theme={theme} changeText={changeText} />
    </Suspense>
  );
}
