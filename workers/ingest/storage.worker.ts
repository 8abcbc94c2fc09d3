import { storageWorkerContract } from '../../common/contract/storage.ts';
import type { StoragePlace } from '../../common/contract/storage-place.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { globMatcher } from '../../common/text/glob.ts';
import { serveWorker } from '../runtime/serve-worker.ts';
import { download } from './storage/download.ts';
import { openPlace } from './storage/open-place.ts';
import { listAll, type StoredFile } from './storage/place.ts';
import { receive, remove } from './storage/queue.ts';

/** Requests for single files that are under way together. */
const STATS = 16;

await serveWorker({
  contract: storageWorkerContract,
  handlers: () => ({
    'storage.look': async ({ place, secret, prefix, next, limit }, { signal, emit }) => {
      const opened = await openPlace(place, secret, {
        onPrompt: (message) => emit({ message }),
      });
      if (isAccount(place)) {
        const found = await opened.containers(next, signal);
        return {
          containers: [...found.names],
          folders: [],
          files: [],
          ...(found.next === undefined ? {} : { next: found.next }),
        };
      }
      const page = await opened.list(
        { prefix, byLevel: true, limit, ...(next === undefined ? {} : { next }) },
        signal,
      );
      return {
        containers: [],
        folders: [...page.prefixes],
        files: [...page.files],
        ...(page.next === undefined ? {} : { next: page.next }),
      };
    },
    'storage.scan': async ({ place, secret, prefix, glob }, { signal, emit }) => {
      const opened = await openPlace(place, secret, {
        onPrompt: (message) => emit({ kind: 'prompt', message }),
      });
      const fits = globMatcher(glob);
      let count = 0;
      for await (const page of listAll(opened, prefix, signal)) {
        const files = page.filter((file) => fits(file.key.slice(prefix.length)));
        count += files.length;
        if (files.length > 0) emit({ kind: 'files', files });
      }
      return { files: count };
    },
    'storage.stat': async ({ place, secret, keys }, { signal }) => {
      const opened = await openPlace(place, secret);
      const files: StoredFile[] = [];
      const waiting = keys.values();
      const work = async (): Promise<void> => {
        for (const key of waiting) {
          const file = await opened.stat(key, signal);
          if (file) files.push(file);
        }
      };
      await Promise.all(Array.from({ length: Math.min(STATS, keys.length) }, work));
      return { files };
    },
    'storage.download': async ({ place, secret, ...options }, { signal, emit }) => {
      const opened = await openPlace(place, secret, {
        onPrompt: (message) => emit({ kind: 'prompt', message }),
      });
      await download(opened, { ...options, signal, emit });
      return {};
    },
    'storage.upload': async ({ place, secret, files }, { signal }) => {
      const opened = await openPlace(place, secret);
      await inTurns(files, async ({ key, path }) => {
        if (!opened.write) throw notWritable(opened.shown(key));
        await opened.write(key, path, signal);
      });
      return {};
    },
    'storage.delete': async ({ place, secret, keys }, { signal }) => {
      const opened = await openPlace(place, secret);
      await inTurns(keys, async (key) => {
        if (!opened.remove) throw notWritable(opened.shown(key));
        await opened.remove(key, signal);
      });
      return {};
    },
    'queue.receive': async (params, { signal }) => ({ messages: await receive(params, signal) }),
    'queue.delete': async ({ messages, ...params }, { signal }) => {
      await remove(params, messages, signal);
      return {};
    },
  }),
});

/** An account without a container, or a server without a bucket: its containers are what can be seen. */
function isAccount(place: StoragePlace): boolean {
  if (place.kind === 'azure') return place.container === undefined;
  return place.kind === 's3' && place.bucket === undefined;
}

/** Files that are sent or deleted together. */
const WRITES = 4;

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const turn = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(WRITES, items.length) }, turn));
}

const notWritable = (name: string): AppError =>
  new AppError('unsupported', 'not_writable', `${name}: nothing can be written there.`, {
    hints: [
      'Azure Blob, Data Lake and S3 can be written to, and folders by the destination files.',
    ],
  });
