import { CloudSyncRegular, type FluentIcon } from '@fluentui/react-icons';
import { kindById, STREAM_KINDS } from './kinds/index.ts';
import { StreamWizard, type StreamWizardProps } from './StreamWizard.tsx';
import { SyncWizard } from './storage/SyncWizard.tsx';

/** A source that "Get data" offers beside files. */
export interface SourceEntry {
  readonly id: string;
  readonly label: string;
  readonly Icon: FluentIcon;
}

const STORAGE: SourceEntry = { id: 'storage', label: 'Storage, synced', Icon: CloudSyncRegular };

export const SOURCE_ENTRIES: readonly SourceEntry[] = [...STREAM_KINDS, STORAGE];

/** The wizard of one of these sources. */
export function SourceWizard({
  source,
  ...props
}: Omit<StreamWizardProps, 'kind'> & { readonly source: string }) {
  if (source === STORAGE.id) return <SyncWizard {...props} />;
  const kind = kindById(source);
  return kind ? <StreamWizard {...props} kind={kind} /> : null;
}
