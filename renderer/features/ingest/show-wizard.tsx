import type { Services } from '../../client/services.ts';
import type { ChosenFile } from '../../client/shell.ts';
import { ImportWizard } from './ImportWizard.tsx';

export function showImportWizard(
  services: Services,
  given: { readonly files?: readonly ChosenFile[]; readonly text?: string },
): void {
  services.dialogs.show((close) => <ImportWizard {...given} onClose={close} />);
}
