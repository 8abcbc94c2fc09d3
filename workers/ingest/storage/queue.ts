import { AnonymousCredential, QueueClient, StorageSharedKeyCredential } from '@azure/storage-queue';
import type { StoragePlace } from '../../../common/contract/storage-place.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { sharedKey, translated } from './azure.ts';
import { entraCredential, fixedToken } from './entra.ts';

interface Queue {
  readonly queue: { readonly service: string; readonly name: string };
  readonly place: StoragePlace;
  readonly secret?: string | undefined;
}

/** Nobody else gets a message meanwhile; if it isn't deleted by then it comes again. */
const HIDDEN_SECONDS = 120;
/** The most that one request gives. */
const MESSAGES = 32;

export interface QueueMessage {
  readonly id: string;
  readonly receipt: string;
  readonly text: string;
  /** How often it was given out. */
  readonly seen: number;
}

export async function receive(given: Queue, signal?: AbortSignal): Promise<QueueMessage[]> {
  const client = await clientOf(given);
  return await translated(shown(given), signal, async () => {
    const { receivedMessageItems } = await client.receiveMessages({
      numberOfMessages: MESSAGES,
      visibilityTimeout: HIDDEN_SECONDS,
      ...(signal ? { abortSignal: signal } : {}),
    });
    return receivedMessageItems.map((m) => ({
      id: m.messageId,
      receipt: m.popReceipt,
      text: m.messageText,
      seen: m.dequeueCount,
    }));
  });
}

export async function remove(
  given: Queue,
  messages: readonly { readonly id: string; readonly receipt: string }[],
  signal?: AbortSignal,
): Promise<void> {
  const client = await clientOf(given);
  for (const { id, receipt } of messages)
    try {
      await translated(shown(given), signal, () =>
        client.deleteMessage(id, receipt, signal ? { abortSignal: signal } : {}),
      );
    } catch (error) {
      // Given out again meanwhile: it comes again, and there is nothing new in it then.
      if (!(error instanceof AppError && error.code === 'blob_missing')) throw error;
    }
}

const shown = ({ queue }: Queue): string => `${queue.service}/${queue.name}`;

async function clientOf({ queue, place, secret }: Queue): Promise<QueueClient> {
  if (place.kind !== 'azure')
    throw new AppError('input', 'no_queue', 'Only Azure Storage tells of changes by a queue.');
  const address = `${queue.service}/${queue.name}`;
  switch (place.auth) {
    case 'key': {
      sharedKey(place, secret ?? '');
      return new QueueClient(address, new StorageSharedKeyCredential(place.account, secret ?? ''));
    }
    case 'sas':
      return new QueueClient(`${address}?${secret ?? ''}`, new AnonymousCredential());
    case 'token':
      return new QueueClient(address, fixedToken(secret ?? ''));
    case 'entra':
      return new QueueClient(address, await entraCredential(place, {}));
    default:
      return new QueueClient(address, new AnonymousCredential());
  }
}
