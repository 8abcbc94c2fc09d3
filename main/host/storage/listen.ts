import { setTimeout as pause } from 'node:timers/promises';
import { AppError, asAppError } from '../../../common/errors/app-error.ts';
import { globMatcher } from '../../../common/text/glob.ts';
import type { HostContext } from '../context.ts';
import { keysOfMessage } from './blob-events.ts';
import { queueSecret, type SyncEntry, syncSecret } from './sync-entry.ts';

const POLL_MS = 1_000;
const LONGEST_POLL_MS = 15_000;
/** A message that makes no sense is not given back for ever. */
const PATIENCE = 5;

/**
 * Takes messages of Event Grid from the sync's queue and brings what they name up to date. They are deleted after
 * that is committed: one that comes twice finds nothing to do.
 */
export async function listenToQueue(
  host: HostContext,
  entry: SyncEntry,
  options: {
    readonly signal: AbortSignal;
    readonly run: (keys: readonly string[]) => Promise<void>;
    readonly onChange: () => void;
  },
): Promise<void> {
  const { signal, run, onChange } = options;
  let wait = POLL_MS;
  while (!signal.aborted) {
    try {
      const taken = await takeMessages(host, entry, run, signal);
      wait = taken > 0 ? 0 : Math.min(Math.max(POLL_MS, wait * 1.5), LONGEST_POLL_MS);
      if (taken > 0) onChange();
    } catch (thrown) {
      if (signal.aborted) return;
      const { kind, message } = asAppError(thrown);
      if (kind !== 'cancelled') {
        entry.message = message;
        host.logger.error(`queue of ${entry.definition.name}: ${message}`);
        onChange();
      }
      wait = LONGEST_POLL_MS;
    }
    await pause(wait, undefined, { signal }).catch(() => {});
  }
}

async function takeMessages(
  host: HostContext,
  entry: SyncEntry,
  run: (keys: readonly string[]) => Promise<void>,
  signal: AbortSignal,
): Promise<number> {
  const { definition } = entry;
  const secret =
    host.secrets.get(queueSecret(definition.name)) ?? host.secrets.get(syncSecret(definition.name));
  const queue = {
    queue: queueOf(entry),
    place: definition.place,
    ...(secret === undefined ? {} : { secret }),
  };
  const { messages } = await host.storageWorker.call('queue.receive', queue, { signal });
  if (messages.length === 0) return 0;
  const fits = globMatcher(definition.glob);
  const keys = new Set<string>();
  const done: typeof messages = [];
  let bad = 0;
  for (const message of messages) {
    const named = keysOfMessage(message.text, definition, (key) =>
      fits(key.slice(definition.prefix.length)),
    );
    if (named === undefined) {
      if (message.seen < PATIENCE) continue;
      bad++;
    }
    for (const key of named ?? []) keys.add(key);
    done.push(message);
  }
  if (keys.size > 0) await run([...keys]);
  entry.events += done.length - bad;
  entry.badEvents += bad;
  entry.save();
  await host.storageWorker.call('queue.delete', { ...queue, messages: done }, { signal });
  return done.length;
}

function queueOf({ definition }: SyncEntry): { service: string; name: string } {
  const { queue, place } = definition;
  if (!queue || place.kind !== 'azure')
    throw new AppError('input', 'no_queue', `${definition.name} has no queue.`);
  const service = queue.service ?? place.service.replace('.blob.', '.queue.');
  return { service: service.replace(/\/+$/, ''), name: queue.name };
}
