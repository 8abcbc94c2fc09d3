import type { StreamSource } from '../../../../common/contract/stream.ts';
import { kafka } from './kafka.ts';
import type { SourceKind } from './source-kind.ts';

/** Every kind of stream that the wizard can make, in the order in which they are offered. */
export const STREAM_KINDS: readonly SourceKind[] = [kafka];

export const kindById = (id: string): SourceKind | undefined =>
  STREAM_KINDS.find((kind) => kind.id === id);

/** The entry that makes such a source. */
export const kindOfSource = (source: StreamSource): SourceKind | undefined =>
  STREAM_KINDS.find((kind) => kind.kind === source.kind);

export type { Field, SourceKind, Values } from './source-kind.ts';
