import type { Services } from '../../client/services.ts';
import { GetData, type GetDataProps } from './GetData.tsx';

export function showGetData(services: Services, given: Omit<GetDataProps, 'onClose'>): void {
  services.dialogs.show((close) => <GetData {...given} onClose={close} />);
}
