import type { KafkaSource } from '../../../../common/contract/stream.ts';
import type { StreamSourceKind } from '../../streams/stream-source.ts';
import { browse } from './browse.ts';
import { consume } from './consume.ts';
import { placeOf } from './offsets.ts';
import { peek } from './peek.ts';

/** Apache Kafka and what speaks its protocol (Event Hubs, Redpanda), by kafkajs. */
export const kafka: StreamSourceKind<KafkaSource> = {
  kind: 'kafka',
  properties: placeOf,
  run: consume,
  browse,
  peek,
};
