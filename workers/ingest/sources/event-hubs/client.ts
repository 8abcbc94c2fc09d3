import type { EventHubConsumerClient, EventPosition } from '@azure/event-hubs';
import type { EventHubsSource, StreamStart } from '../../../../common/contract/stream.ts';
import { AppError } from '../../../../common/errors/app-error.ts';
import { eventHubsAddress } from '../../../../common/text/event-hubs-address.ts';
import type { Bounds } from '../../streams/bounds.ts';

/** The client is large: it is loaded with the first stream that needs it. */
export async function openClient(
  { host, hub, group }: EventHubsSource,
  secret: string | undefined,
): Promise<EventHubConsumerClient> {
  if (secret === undefined)
    throw new AppError('source', 'no_secret', `${host} asks for a key, and none is stored.`, {
      hints: ['Paste the connection string again: the stream keeps it under its own name.'],
    });
  const address = eventHubsAddress(secret);
  if (address.host !== host.toLowerCase() || (address.hub ?? hub) !== hub)
    throw new AppError(
      'input',
      'other_hub',
      `The connection string is for ${address.host}/${address.hub ?? ''}, not for ${host}/${hub}.`,
      { hints: ['Paste the connection string of this hub, or of its namespace.'] },
    );
  const { EventHubConsumerClient: Client } = await import('@azure/event-hubs');
  const options = {
    // Few: the state should say soon that something is wrong. What runs for long is tried again from outside.
    retryOptions: { maxRetries: 1, retryDelayInMs: 500, timeoutInMs: 15_000 },
  };
  return address.hub === undefined
    ? new Client(group, secret, hub, options)
    : new Client(group, secret, options);
}

/** First and last sequence numbers of the partitions that are wanted, by their ids. */
export async function boundsOf(
  client: EventHubConsumerClient,
  { hub, partitions }: EventHubsSource,
): Promise<Map<string, Bounds>> {
  const all = await client.getPartitionIds();
  const unknown = (partitions ?? []).filter((id) => !all.includes(id));
  if (unknown.length > 0)
    throw new AppError('input', 'no_partition', `${hub} has no partition ${unknown.join(', ')}.`, {
      hints: [`It has ${all.join(', ')}.`],
    });
  return new Map(
    await Promise.all(
      all
        .filter((id) => !partitions || partitions.includes(id))
        .map(async (id): Promise<[string, Bounds]> => {
          const found = await client.getPartitionProperties(id);
          const low = BigInt(Math.max(0, found.beginningSequenceNumber));
          const after = BigInt(found.lastEnqueuedSequenceNumber) + 1n;
          return [id, { low, high: after > low ? after : low }];
        }),
    ),
  );
}

export const partOf = (hub: string, partition: string): string => `${hub}/${partition}`;

export function placeOf(part: string): { readonly hub: string; readonly partition: string } {
  const at = part.lastIndexOf('/');
  return { hub: part.slice(0, at), partition: part.slice(at + 1) };
}

/**
 * Where to read from so that `next` is the first event. The service refuses a sequence number that is not given
 * out yet, so the last one that may have been read is named.
 */
export function positionBefore(next: bigint, { low }: Bounds): EventPosition {
  return next <= low ? { offset: '-1' } : { sequenceNumber: Number(next - 1n), isInclusive: false };
}

/** Where a partition that nobody has read yet begins: a sequence number, or a time that the service looks up. */
export function beginAt(
  start: StreamStart,
  part: string,
  bounds: Bounds,
): { readonly next: bigint } | { readonly time: Date } {
  switch (start.from) {
    case 'earliest':
      return { next: bounds.low };
    case 'latest':
      return { next: bounds.high };
    case 'positions':
      return { next: BigInt(start.positions[part] ?? bounds.low) };
    case 'time':
      // The client asks for what came later than that, to the millisecond.
      return { time: new Date(Date.parse(start.time) - 1) };
  }
}

const HINTS: Readonly<Record<string, string>> = {
  UnauthorizedError: 'Check that the key belongs to the hub and has the right to listen.',
  MessagingEntityNotFoundError: 'Check the names of the hub and of the consumer group.',
  QuotaExceededError:
    'A consumer group takes five readers of a partition: give this stream a group of its own.',
  ENOTFOUND: 'Check the name of the namespace, and whether this machine reaches it.',
  ServiceUnavailableError: 'Check whether this machine reaches port 5671 of the namespace.',
  ServiceCommunicationError: 'Check whether this machine reaches port 5671 of the namespace.',
  OperationTimeoutError: 'Check whether this machine reaches port 5671 of the namespace.',
};

/** What went wrong, for a person: where, and what would work. */
export function sourceError(thrown: unknown, { host, hub }: EventHubsSource): AppError {
  // What failed again and again comes as the list of its failures.
  const error: unknown = thrown instanceof AggregateError ? thrown.errors.at(-1) : thrown;
  if (error instanceof AppError) return error;
  const { message, code, name } = error as Error & { readonly code?: string };
  const hint =
    HINTS[code ?? ''] ??
    HINTS[name] ??
    'Check the connection string and whether the service is up.';
  // The service ends its messages with the ids of its own logs.
  const said = (message.split(/\s*(?:TrackingId:|For troubleshooting)/)[0] ?? message).replace(
    /\.$/,
    '',
  );
  return new AppError('source', 'event_hubs', `${host}/${hub}: ${said}.`, {
    hints: [hint],
    cause: error,
  });
}
