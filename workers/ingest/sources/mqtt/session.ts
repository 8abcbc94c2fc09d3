import { crc32 } from 'node:zlib';
import type { IPublishPacket } from 'mqtt-packet';
import { z } from 'zod';

/** What of a session outlives the connection; stored with the rows. */
const sessionPosition = z.object({
  /** The session's name at the broker. */
  client: z.string(),
  /** Messages so far. */
  count: z.number().int().min(0),
  /** Topic filters that were subscribed to. */
  topics: z.array(z.string()),
  /** Packet ids of messages that are stored, whose acknowledgement the broker may not have got, and what they were. */
  unconfirmed: z.array(z.tuple([z.number(), z.string()])),
});
export type SessionPosition = z.infer<typeof sessionPosition>;

/** The one part of a stream from a broker. */
export const PART = 'session';

export function parseSession(text: string | undefined): SessionPosition | undefined {
  if (text === undefined) return undefined;
  const parsed = sessionPosition.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
}

interface Delivered {
  readonly id: number;
  readonly mark: string;
  readonly count: number;
  acknowledged: boolean;
}

/**
 * Which messages are where: delivered, stored and acknowledged, or surely known to the broker as such. A broker sends
 * what was not acknowledged again with its packet id (MQTT 5, 4.4), so that what is stored already can be told.
 */
export class Session {
  readonly #client: string;
  readonly #topics: readonly string[];
  #count: number;
  /** Stored in an earlier connection: sent again, they are no news. */
  #stored: Map<number, string>;
  #open: Delivered[] = [];

  constructor(position: SessionPosition, topics: readonly string[]) {
    this.#client = position.client;
    this.#topics = topics;
    this.#count = position.count;
    this.#stored = new Map(position.unconfirmed);
  }

  /** The broker knows nothing of the session: packet ids begin anew. */
  forget(): void {
    this.#stored.clear();
  }

  /** Whether a message has been stored before its acknowledgement got lost. */
  isStored(message: IPublishPacket): boolean {
    const { messageId, dup } = message;
    if (messageId === undefined) return false;
    const mark = this.#stored.get(messageId);
    if (mark === undefined) return false;
    if (dup && mark === markOf(message)) return true;
    // The id is in use again: the broker had got the acknowledgement.
    this.#stored.delete(messageId);
    return false;
  }

  /** Counts a message that is handed over. */
  deliver(message: IPublishPacket): number {
    const count = this.#count++;
    const { messageId } = message;
    if (messageId !== undefined && message.qos > 0)
      this.#open.push({
        id: messageId,
        mark: markOf(message),
        count,
        acknowledged: false,
      });
    return count;
  }

  /** Messages that wait for their commit. */
  get waiting(): number {
    return this.#open.filter((d) => !d.acknowledged).length;
  }

  position(): string {
    const position: SessionPosition = {
      client: this.#client,
      count: this.#count,
      topics: [...this.#topics],
      unconfirmed: [...this.#stored, ...this.#open.map((d) => [d.id, d.mark] as [number, string])],
    };
    return JSON.stringify(position);
  }

  /** Packet ids of what is stored now. */
  acknowledge(count: number): number[] {
    const stored = this.#open.filter((d) => d.count < count && !d.acknowledged);
    for (const delivered of stored) delivered.acknowledged = true;
    return stored.map((d) => d.id);
  }

  /** The broker has got all acknowledgements of messages before `count`. */
  confirm(count: number): void {
    this.#open = this.#open.filter((d) => d.count >= count || !d.acknowledged);
  }
}

function markOf({ topic, payload }: IPublishPacket): string {
  return crc32(payload, crc32(topic)).toString(36);
}
