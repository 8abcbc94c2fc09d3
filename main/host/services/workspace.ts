import { readFile, stat } from 'node:fs/promises';
import type { HostHandlers } from '../../../common/contract/host.ts';
import type { workspaceCalls } from '../../../common/contract/workspace.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { HostContext } from '../context.ts';
import { listQueryFiles } from '../files/query-files.ts';
import { translateFileError, writeWhole } from '../files/text-files.ts';

/** A query text; more than this is somebody's data, opened by mistake. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** Documents, history, saved queries, settings and jobs: what a window shows beside data. */
export function workspaceService(
  host: HostContext,
): Pick<HostHandlers, keyof typeof workspaceCalls> {
  const { catalog } = host;
  return {
    'app.info': async () => ({
      version: host.version,
      platform: process.platform,
      dataFolder: host.folder.root,
      ...(host.shared.endpoint === undefined ? {} : { endpoint: host.shared.endpoint }),
      memoryBytes: process.memoryUsage.rss(),
      engine: `DuckDB in Node ${process.versions.node}`,
    }),
    'documents.list': () => ({ documents: [...catalog.documents.list()] }),
    'documents.save': (document) => {
      catalog.documents.save(document);
      return {};
    },
    'documents.remove': ({ id }) => {
      catalog.documents.remove(id);
      return {};
    },
    'documents.readFile': async ({ path }) => {
      try {
        const { size } = await stat(path);
        if (size > MAX_DOCUMENT_BYTES)
          throw new AppError('input', 'file_too_big', `${path} is too big for a query.`, {
            hints: ['Load it as data instead.'],
          });
        return { text: (await readFile(path, 'utf8')).replace(/^\uFEFF/, '') };
      } catch (error) {
        throw translateFileError(error, path);
      }
    },
    'documents.listFolder': ({ path }) => listQueryFiles(path),
    'documents.writeFile': async ({ path, text }) => {
      await writeWhole(path, text);
      return {};
    },
    'history.list': ({ contains, limit }) => ({
      entries: [...catalog.history.list(contains, limit)],
    }),
    'history.clear': () => {
      catalog.history.clear();
      return {};
    },
    'savedQueries.list': () => ({ queries: [...catalog.savedQueries.list()] }),
    'savedQueries.save': (query) => {
      catalog.savedQueries.save(query);
      return {};
    },
    'savedQueries.remove': ({ id }) => {
      catalog.savedQueries.remove(id);
      return {};
    },
    'settings.getAll': () => ({ settings: { ...catalog.settings.all() } }),
    'settings.set': ({ key, value }) => {
      catalog.settings.set(key, value);
      host.publish('settings.changed', { key, value });
      return {};
    },
    'jobs.list': () => ({ jobs: [...host.jobs.list()] }),
    'jobs.cancel': ({ id }) => {
      host.jobs.cancel(id);
      return {};
    },
  };
}
