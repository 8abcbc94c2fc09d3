import type { Services } from '../../client/services.ts';
import { RewindDialog } from './RewindDialog.tsx';
import { SecretDialog } from './SecretDialog.tsx';
import { StreamDetails } from './StreamDetails.tsx';

export function showStreamDetails(services: Services, name: string): void {
  services.dialogs.show((close) => <StreamDetails name={name} onClose={close} />);
}

export function showRewind(services: Services, name: string): void {
  services.dialogs.show((close) => <RewindDialog name={name} onClose={close} />);
}

export function showSecret(services: Services, name: string): void {
  services.dialogs.show((close) => <SecretDialog name={name} onClose={close} />);
}
