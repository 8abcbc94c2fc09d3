import { connect } from 'node:net';
import { type Admin, Kafka as Client, CompressionTypes, logLevel, type Producer } from 'kafkajs';
import type { StreamDefinition, StreamInfo } from '../../common/contract/stream.ts';
import {
  type Kafka,
  type KafkaOptions,
  kafkaMissing,
  startKafka,
} from '../../scripts/dev/kafka.ts';
import type { TestHost } from '../integration/support/test-host.ts';

/** A real Kafka with a producer and the small things that tests do to it. */
export interface Cluster {
  readonly kafka: Kafka;
  readonly client: Client;
  makeTopic(name: string, partitions?: number): Promise<void>;
  send(
    topic: string,
    values: readonly (string | Buffer | null)[],
    how?: { readonly partition?: number; readonly compression?: CompressionTypes },
  ): Promise<void>;
  admin<T>(work: (admin: Admin) => Promise<T>): Promise<T>;
  /**
   * Takes the members of a group that were killed out of it. Otherwise the group waits for them until their
   * session ends, 12 s each time.
   */
  forgetMembers(group: string): Promise<void>;
  /** The producer too has to find the cluster again after it was away. */
  reconnect(): Promise<void>;
  remove(): Promise<void>;
}

/** The reason is printed once; suites skip by it. */
export async function clusterMissing(suite: string): Promise<boolean> {
  const missing = await kafkaMissing();
  if (missing) process.stderr.write(`${suite}: skipped, ${missing}\n`);
  return missing !== undefined;
}

export async function openCluster(options: KafkaOptions = {}): Promise<Cluster> {
  const kafka = await startKafka(options);
  const client = new Client({
    brokers: [kafka.broker],
    logLevel: logLevel.NOTHING,
    retry: { retries: 200, initialRetryTime: 100, maxRetryTime: 500 },
  });
  const newProducer = (): Producer => client.producer({ idempotent: true, maxInFlightRequests: 1 });
  let producer = newProducer();
  await producer.connect();
  const admin = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
    const own = client.admin();
    await own.connect();
    try {
      return await work(own);
    } finally {
      await own.disconnect();
    }
  };
  return {
    kafka,
    client,
    admin,
    makeTopic: (topic, numPartitions = 3) =>
      admin(async (own) => {
        await own.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true });
      }),
    send: async (topic, values, { partition, compression = CompressionTypes.None } = {}) => {
      const messages = values.map((value) => ({
        value,
        ...(partition === undefined ? {} : { partition }),
      }));
      await producer.send({ topic, compression, messages });
    },
    forgetMembers: async (group) => {
      const { groups } = await admin((own) => own.describeGroups([group]));
      for (const { memberId } of groups.flatMap((g) => g.members))
        await leaveGroup(kafka.broker, group, memberId);
    },
    reconnect: async () => {
      await producer.disconnect();
      producer = newProducer();
      await producer.connect();
    },
    remove: async () => {
      await producer.disconnect();
      await kafka.remove();
    },
  };
}

/** Makes a stream from a topic of the same name, which commits often. */
export function follow(
  host: TestHost,
  broker: string,
  topic: string,
  table: string,
  extra: Partial<StreamDefinition> = {},
): Promise<StreamInfo> {
  return host.client.call('streams.create', {
    definition: {
      name: topic,
      database: 'Local',
      table,
      source: { kind: 'kafka', cluster: { brokers: [broker] }, topics: [topic] },
      flush: { seconds: 0.1 },
      ...extra,
    },
  });
}

/** LeaveGroup, version 0, of the Kafka protocol, which kafkajs sends for members of its own only. */
function leaveGroup(broker: string, group: string, member: string): Promise<void> {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(2);
    length.writeInt16BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const head = Buffer.from([0, 13, 0, 0, 0, 0, 0, 1]);
  const request = Buffer.concat([head, text('test'), text(group), text(member)]);
  const size = Buffer.alloc(4);
  size.writeInt32BE(request.length);
  const [host = '', port = ''] = broker.split(':');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host, () => socket.write(Buffer.concat([size, request])));
    socket.once('error', reject);
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
  });
}
