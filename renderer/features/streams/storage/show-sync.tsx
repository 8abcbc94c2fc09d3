import type { Services } from '../../../client/services.ts';
import { SyncDetails } from './SyncDetails.tsx';

export function showSyncDetails(services: Services, name: string): void {
  services.dialogs.show((close) => <SyncDetails name={name} onClose={close} />);
}
