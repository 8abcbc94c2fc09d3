import type { Admin } from 'kafkajs';
import type { StreamStart } from '../../../../common/contract/stream.ts';
import type { Bounds } from '../../streams/bounds.ts';

export const partOf = (topic: string, partition: number): string => `${topic}/${partition}`;

export function placeOf(part: string): { readonly topic: string; readonly partition: number } {
  const at = part.lastIndexOf('/');
  return { topic: part.slice(0, at), partition: Number(part.slice(at + 1)) };
}

/** First and last offsets of all partitions of a topic, by part. */
export async function boundsOf(admin: Admin, topic: string): Promise<Map<string, Bounds>> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(
    offsets.map((o) => [partOf(topic, o.partition), { low: BigInt(o.low), high: BigInt(o.high) }]),
  );
}

/** A broker that starts again after a crash knows for some seconds less than it holds. */
const SETTLE_MS = 15_000;
const SETTLE_STEP_MS = 500;

/** Bounds that can be believed: an end before what was read already is looked at again for a while. */
export async function settledBounds(
  admin: Admin,
  topic: string,
  positions: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Map<string, Bounds>> {
  for (const end = Date.now() + SETTLE_MS; ; ) {
    const bounds = await boundsOf(admin, topic);
    const behind = [...bounds].some(([part, { high }]) => BigInt(positions.get(part) ?? 0) > high);
    if (!behind || Date.now() > end || signal.aborted) return bounds;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_STEP_MS));
  }
}

/** Where a partition that nobody has read yet begins. */
export async function beginAt(
  admin: Admin,
  part: string,
  start: StreamStart,
  { low, high }: Bounds,
): Promise<string> {
  switch (start.from) {
    case 'earliest':
      return String(low);
    case 'latest':
      return String(high);
    case 'positions':
      return start.positions[part] ?? String(low);
    case 'time': {
      const { topic, partition } = placeOf(part);
      const found = await admin.fetchTopicOffsetsByTimestamp(topic, Date.parse(start.time));
      const offset = found.find((o) => o.partition === partition)?.offset;
      return offset === undefined || offset === '-1' ? String(high) : offset;
    }
  }
}
