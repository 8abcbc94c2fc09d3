import type { StreamSource } from '../../../common/contract/stream.ts';
import { file } from '../sources/file/index.ts';
import { kafka } from '../sources/kafka/index.ts';
import type { StreamSourceKind } from './stream-source.ts';

/** Every kind of source that a table can follow; a new one is a line here. */
const SOURCES: {
  readonly [K in StreamSource['kind']]: StreamSourceKind<Extract<StreamSource, { kind: K }>>;
} = {
  file,
  kafka,
};

export function sourceKind(source: StreamSource): StreamSourceKind {
  return SOURCES[source.kind];
}
