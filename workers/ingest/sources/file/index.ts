import type { FileSource } from '../../../../common/contract/stream.ts';
import type { StreamSourceKind } from '../../streams/stream-source.ts';
import { follow } from './follow.ts';
import { browse, peek } from './peek.ts';
import { pathOfPart } from './position.ts';

/** Text files that grow and are rotated. */
export const file: StreamSourceKind<FileSource> = {
  kind: 'file',
  properties: (part) => ({ file: pathOfPart(part) }),
  run: follow,
  browse,
  peek,
};
