import { asAppError } from '../../../common/errors/app-error.ts';
import type { Services } from '../../client/services.ts';

/** Does something; what goes wrong is told, with what would help. `after` runs in any case. */
export async function told(
  { dialogs }: Services,
  what: string,
  work: () => Promise<unknown>,
  after: () => void,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { message, hints, kind } = asAppError(error);
    if (kind !== 'cancelled')
      dialogs.notify({
        intent: 'error',
        title: `${what}: it did not work.`,
        body: [message, ...hints].join(' '),
      });
  } finally {
    after();
  }
}
