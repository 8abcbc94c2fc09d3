import type { FolderSource } from '../../../../common/contract/stream.ts';
import type { StreamSourceKind } from '../../streams/stream-source.ts';
import { watchedFiles } from './finished-files.ts';
import { watch } from './watch.ts';

/** Files that show what the table should look like. */
const SAMPLE_FILES = 5;

/** Files that appear in folders. */
export const folder: StreamSourceKind<FolderSource> = {
  kind: 'folder',
  properties: () => ({}),
  run: watch,
  browse: async (source) =>
    (await watchedFiles(source.paths)).map(({ path, bytes }) => ({
      name: path,
      partitions: [{ partition: 0, low: '0', high: String(bytes), leader: -1 }],
      groups: [],
    })),
  peek: async () => [],
  sampleFiles: async ({ paths, format, options }) => ({
    paths: (await watchedFiles(paths)).slice(-SAMPLE_FILES).map((f) => f.path),
    options: { ...options, ...(format ? { format } : {}) },
  }),
};
