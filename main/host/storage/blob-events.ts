import { z } from 'zod';
import type { SyncDefinition } from '../../../common/contract/storage.ts';

const eventGrid = z.object({
  eventType: z.string(),
  subject: z.string(),
});
/** CloudEvents 1.0, the other schema that Event Grid writes. */
const cloudEvent = z.object({ type: z.string(), subject: z.string() });
const SUBJECT = /\/containers\/([^/]+)\/blobs\/(.+)$/s;

/**
 * The keys that a message of Event Grid is about (page "Azure Blob Storage as an Event Grid source"); none if they
 * are not of this sync. Undefined if the message makes no sense. That a blob was named is all that is taken from
 * it: what is there now is asked of the store, so old and repeated messages do no harm.
 */
export function keysOfMessage(
  text: string,
  { place, prefix }: Pick<SyncDefinition, 'place' | 'prefix'>,
  fits: (key: string) => boolean,
): readonly string[] | undefined {
  const parsed = jsonOf(text) ?? jsonOf(Buffer.from(text, 'base64').toString('utf8'));
  if (parsed === undefined) return undefined;
  const keys: string[] = [];
  for (const event of Array.isArray(parsed) ? parsed : [parsed]) {
    const known = eventGrid.safeParse(event);
    const read = known.success ? known : cloudEvent.safeParse(event);
    if (!read.success) return undefined;
    const [, container, key] = SUBJECT.exec(read.data.subject) ?? [];
    if (container === undefined || key === undefined) continue;
    const mine = place.kind === 'azure' && place.container === container;
    if (mine && key.startsWith(prefix) && fits(key)) keys.push(key);
  }
  return keys;
}

function jsonOf(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
