import type { StreamSource } from '../../../common/contract/stream.ts';
import { eventHubs } from '../sources/event-hubs/index.ts';
import { file } from '../sources/file/index.ts';
import { folder } from '../sources/folder/index.ts';
import { httpListener } from '../sources/http-listener/index.ts';
import { kafka } from '../sources/kafka/index.ts';
import { mqtt } from '../sources/mqtt/index.ts';
import { syslog } from '../sources/syslog/index.ts';
import type { StreamSourceKind } from './stream-source.ts';

/** Every kind of source that a table can follow; a new one is a line here. */
const SOURCES: {
  readonly [K in StreamSource['kind']]: StreamSourceKind<Extract<StreamSource, { kind: K }>>;
} = {
  eventHubs,
  file,
  folder,
  'http-listener': httpListener,
  kafka,
  mqtt,
  syslog,
};

export function sourceKind(source: StreamSource): StreamSourceKind {
  return SOURCES[source.kind];
}
