import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import kafkajs, { type Admin, type Kafka, type KafkaConfig } from 'kafkajs';
import type { KafkaCluster } from '../../../../common/contract/stream.ts';
import { CODECS, type Decompress, unreadableRecords } from './codecs.ts';
import { saslOf } from './login.ts';
import { wholeAnswers } from './whole-answers.ts';
import './request-queue.ts';

const { CompressionCodecs, CompressionTypes, Kafka: KafkaClient, logLevel } = kafkajs;

/** Batches that could not be decompressed, by all consumers of this thread. */
export const unreadable = { batches: 0, reason: '' };

type Compress = (records: { readonly buffer: Buffer }) => Promise<Buffer>;

const noCompress: Compress = () => Promise.reject(new Error('Calypso writes gzip only.'));

function codec(
  decompress: Decompress,
  compress = noCompress,
): () => {
  compress: Compress;
  decompress(bytes: Buffer): Promise<Buffer>;
} {
  return () => ({
    compress,
    decompress: async (bytes) => {
      try {
        return Buffer.from(await decompress(bytes));
      } catch (error) {
        unreadable.batches++;
        unreadable.reason = (error as Error).message;
        return unreadableRecords();
      }
    },
  });
}

// kafkajs has this one itself, but stops for ever at a batch that can't be read.
CompressionCodecs[CompressionTypes.GZIP] = codec(promisify(gunzip), ({ buffer }) =>
  promisify(gzip)(buffer),
);
CompressionCodecs[CompressionTypes.Snappy] = codec(CODECS.snappy);
CompressionCodecs[CompressionTypes.LZ4] = codec(CODECS.lz4);
CompressionCodecs[CompressionTypes.ZSTD] = codec(CODECS.zstd);

export function kafkaClient(cluster: KafkaCluster, secret: string | undefined): Kafka {
  const config: KafkaConfig = {
    clientId: 'calypso',
    brokers: [...cluster.brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    socketFactory: wholeAnswers,
    // Few: the state should say soon that something is wrong. What runs for long is tried again from outside.
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 3 },
  };
  if (cluster.tls) {
    const { ca, certificate, key, trustAny } = cluster.tls;
    config.ssl = {
      rejectUnauthorized: !trustAny,
      ...(ca ? { ca: [ca] } : {}),
      ...(certificate ? { cert: certificate } : {}),
      ...(key ? { key } : {}),
    };
  }
  if (cluster.sasl) config.sasl = saslOf(cluster.sasl, secret);
  return new KafkaClient(config);
}

export async function withAdmin<T>(client: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = client.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
