import type { KafkaSource, TopicInfo } from '../../../../common/contract/stream.ts';
import { kafkaClient, withAdmin } from './client.ts';
import { sourceError } from './errors.ts';
import { partOf } from './offsets.ts';

/** The topics of a cluster with their partitions, and how far each consumer group is behind. */
export async function browse(
  source: KafkaSource,
  secret: string | undefined,
  signal: AbortSignal,
): Promise<TopicInfo[]> {
  try {
    return await withAdmin(kafkaClient(source.cluster, secret), async (admin) => {
      const { topics } = await admin.fetchTopicMetadata();
      const { groups } = await admin.listGroups();
      const found: TopicInfo[] = [];
      for (const topic of topics.toSorted((a, b) => a.name.localeCompare(b.name))) {
        signal.throwIfAborted();
        const offsets = await admin.fetchTopicOffsets(topic.name);
        const leaders = new Map(topic.partitions.map((p) => [p.partitionId, p.leader]));
        found.push({
          name: topic.name,
          partitions: offsets
            .map((o) => ({
              partition: o.partition,
              low: o.low,
              high: o.high,
              leader: leaders.get(o.partition) ?? -1,
            }))
            .toSorted((a, b) => a.partition - b.partition),
          groups: [],
        });
      }
      const highs = new Map(
        found.flatMap((t) =>
          t.partitions.map((p) => [partOf(t.name, p.partition), p.high] as const),
        ),
      );
      for (const { groupId } of groups) {
        signal.throwIfAborted();
        for (const { topic, partitions } of await admin.fetchOffsets({ groupId })) {
          const lag = partitions.reduce((sum, p) => {
            const high = highs.get(partOf(topic, p.partition));
            return high === undefined || p.offset === '-1'
              ? sum
              : sum + Number(BigInt(high) - BigInt(p.offset));
          }, 0);
          found.find((t) => t.name === topic)?.groups.push({ group: groupId, lag });
        }
      }
      return found;
    });
  } catch (error) {
    signal.throwIfAborted();
    throw sourceError(error, source.cluster);
  }
}
