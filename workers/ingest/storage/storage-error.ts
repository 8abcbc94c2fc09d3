import { AppError } from '../../../common/errors/app-error.ts';

/** What a store's answer means for whoever has to act. `name` is an address without a secret. */
export function answerError(name: string, status: number, reason = ''): AppError {
  const said = reason === '' ? `${status}` : `${status} ${reason}`;
  switch (status) {
    case 401:
    case 403:
      return new AppError('source', 'storage_denied', `${name}: access is denied (${said}).`, {
        hints: [
          'Look whether the key or signature is right, has not expired, and may read and list.',
        ],
      });
    case 404:
      return missing(name);
    case 412:
      return changed(name);
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return new AppError('source', 'storage_busy', `${name}: the store is busy (${said}).`, {
        hints: ['It is tried again; fewer parallel downloads or a rate limit may help.'],
      });
    default:
      return new AppError('source', 'storage_failed', `${name}: the store answers ${said}.`);
  }
}

export const missing = (name: string): AppError =>
  new AppError('source', 'blob_missing', `${name} is not there.`);

export const changed = (name: string): AppError =>
  new AppError('source', 'blob_changed', `${name} was overwritten while it was read.`);

export function unreachable(name: string, error: unknown): AppError {
  const { cause, code, message } = error as Error & {
    cause?: { message?: string; code?: string };
    code?: string;
  };
  const why = cause?.message || cause?.code || code || message;
  return new AppError('source', 'storage_unreachable', `${name} can't be reached: ${why}.`, {
    hints: ['What was synced before can be queried meanwhile.'],
  });
}
