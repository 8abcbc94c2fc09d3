import type { StreamSource } from '../../../../common/contract/stream.ts';
import { eventHubs } from './event-hubs.ts';
import { eventHubsKafka } from './event-hubs-kafka.ts';
import { file } from './file.ts';
import { folder } from './folder.ts';
import { httpListener } from './http-listener.ts';
import { iotHub } from './iot-hub.ts';
import { kafka } from './kafka.ts';
import { mqtt } from './mqtt.ts';
import type { SourceKind } from './source-kind.ts';
import { syslog } from './syslog.ts';

/** Every kind of stream that the wizard can make, in the order in which they are offered. */
export const STREAM_KINDS: readonly SourceKind[] = [
  kafka,
  eventHubs,
  eventHubsKafka,
  iotHub,
  mqtt,
  file,
  folder,
  httpListener,
  syslog,
];

export const kindById = (id: string): SourceKind | undefined =>
  STREAM_KINDS.find((kind) => kind.id === id);

/** The entry that makes such a source. */
export const kindOfSource = (source: StreamSource): SourceKind | undefined =>
  STREAM_KINDS.find((kind) => kind.kind === source.kind);

export type { Field, SourceKind, Values } from './source-kind.ts';
