import { basename } from 'node:path';
import type { HostHandlers } from '../../../common/contract/host.ts';
import type { ExportFormat, QueryOutcome, queryCalls } from '../../../common/contract/query.ts';
import { asAppError } from '../../../common/errors/app-error.ts';
import { isCommand, runCommand } from '../commands/run-command.ts';
import type { HostContext } from '../context.ts';
import type { RequestEntry } from '../request-log.ts';
import { hideSecrets } from './hide-secrets.ts';

const ENDINGS: Readonly<Record<ExportFormat, string>> = {
  csv: '.csv',
  tsv: '.tsv',
  json: '.json',
  ndjson: '.ndjson',
  xlsx: '.xlsx',
  parquet: '.parquet',
  arrow: '.arrow',
  markdown: '.md',
  html: '.html',
  datatable: '.kql',
};

/** Queries run in the query worker; management commands run here and leave their rows there. */
export function queryService(host: HostContext): Pick<HostHandlers, keyof typeof queryCalls> {
  const { queryWorker } = host;
  return {
    'query.run': async (params, { signal, emit }) => {
      const { queryId, text, database } = params;
      host.catalog.databases.get(database);
      const cancel = new AbortController();
      const abort = (): void => cancel.abort();
      signal.addEventListener('abort', abort, { once: true });
      const shownText = hideSecrets(text);
      const startedAt = new Date();
      const done = host.running.add({
        queryId,
        text: shownText,
        database,
        startedAt,
        cancel: abort,
      });
      const entry = { id: queryId, text: shownText, database, startedAt: startedAt.toISOString() };
      const elapsedMs = (): number => Date.now() - startedAt.getTime();
      let command = '';
      const onKind = (kind: string): void => {
        command = kind;
      };
      const log = (ended: Pick<RequestEntry, 'state' | 'failure' | 'rowCount' | 'stats'>): void =>
        host.requests.add({ ...entry, ...ended, startedAt, elapsedMs: elapsedMs(), command });
      try {
        const outcome: QueryOutcome = isCommand(text)
          ? await runCommand(host, { queryId, text, database, signal: cancel.signal, onKind })
          : await queryWorker.call('query.run', params, { signal: cancel.signal, onEvent: emit });
        const rowCount = outcome.results.reduce((sum, result) => sum + result.rowCount, 0);
        log({ state: 'completed', failure: '', rowCount, stats: outcome.stats });
        if (params.record) {
          host.catalog.history.add({
            ...entry,
            elapsedMs: elapsedMs(),
            rowCount,
            state: 'completed',
          });
        }
        return outcome;
      } catch (error) {
        const { kind, message } = asAppError(error);
        log({
          state: kind === 'cancelled' ? 'cancelled' : 'failed',
          failure: hideSecrets(message),
          rowCount: 0,
          stats: undefined,
        });
        if (params.record) {
          host.catalog.history.add({
            ...entry,
            elapsedMs: elapsedMs(),
            rowCount: 0,
            state: kind === 'cancelled' ? 'cancelled' : 'failed',
            error: hideSecrets(message),
          });
        }
        throw error;
      } finally {
        done();
        signal.removeEventListener('abort', abort);
      }
    },
    'query.export': async (params, { signal, emit }) => {
      const name = `${params.name}${ENDINGS[params.format]}`;
      const path = params.path ?? host.files.newPath(name);
      const title = `Export ${basename(params.path ?? name)}`;
      return host.jobs.run('export', title, signal, async (job) => {
        const written = await queryWorker.call(
          'query.export',
          { ...params, path },
          {
            signal: job.signal,
            onEvent: (event) => {
              job.update(event.total > 0 ? event.rows / event.total : -1, `${event.rows} rows`);
              emit(event);
            },
          },
        );
        if (params.path !== undefined) return written;
        return { ...written, path: name, url: host.files.offerDownload(path, name) };
      });
    },
    'query.check': (params, { signal }) => queryWorker.call('query.check', params, { signal }),
    'query.explain': (params, { signal }) => queryWorker.call('query.explain', params, { signal }),
    'query.view': (params, { signal }) => queryWorker.call('query.view', params, { signal }),
    'query.window': (params, { signal }) => queryWorker.call('query.window', params, { signal }),
    'query.pipe': (params, { signal }) => queryWorker.call('query.pipe', params, { signal }),
    'query.columnProfile': (params, { signal }) =>
      queryWorker.call('query.columnProfile', params, { signal }),
    'query.selectionStats': (params, { signal }) =>
      queryWorker.call('query.selectionStats', params, { signal }),
    'query.find': (params, { signal }) => queryWorker.call('query.find', params, { signal }),
    'query.chart': (params, { signal }) => queryWorker.call('query.chart', params, { signal }),
    'query.cell': (params, { signal }) => queryWorker.call('query.cell', params, { signal }),
    'query.copy': (params, { signal }) => queryWorker.call('query.copy', params, { signal }),
    'query.release': (params) => queryWorker.call('query.release', params),
  };
}
