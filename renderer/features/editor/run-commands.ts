import type { Command } from '../../client/command.ts';
import { prepareText } from '../../client/prepared-text.ts';
import type { Services } from '../../client/services.ts';
import { newId, type RunMode, type RunRequest } from '../../client/session-store.ts';
import { changeDocument } from '../documents/index.ts';
import { currentParameters } from '../parameters/index.ts';

function requestOf({ editor, session, settings }: Services, mode: RunMode): RunRequest | undefined {
  const unit = editor.runUnit();
  const document = session.active();
  if (!unit || !document) return undefined;
  // A command can't be continued by a pipe.
  const isCommand = unit.text
    .replace(/^(\s*\/\/.*\n)*/, '')
    .trimStart()
    .startsWith('.');
  const prepared = prepareText(unit.text, currentParameters({ settings }));
  return {
    ...unit,
    database: prepared.connect?.database ?? document.database,
    mode: isCommand ? 'full' : mode,
    prepared,
  };
}

async function run(services: Services, mode: RunMode): Promise<void> {
  const request = requestOf(services, mode);
  const { activeId } = services.session.getState();
  if (!request) {
    services.dialogs.notify({
      intent: 'info',
      title: 'There is nothing to run here.',
      body: 'Put the caret into a query, or select one.',
    });
    return;
  }
  services.editor.closeCompletion();
  if (!connect(services, request)) return;
  await services.session.run(activeId, request);
  const finished = services.session.getState().runs[activeId];
  if (services.session.getState().activeId !== activeId || !finished) return;
  if (finished.state === 'failed') services.panes.reveal('errors');
  else if (finished.state === 'completed') showOutcome(services);
}

/** Follows `#connect`: the tab belongs to that database from now on. False if there is no such place. */
function connect(services: Services, { prepared }: RunRequest): boolean {
  const target = prepared?.connect;
  const document = services.session.active();
  if (!target || !document) return true;
  const here = ['', 'local', '.'].includes(target.cluster.toLowerCase());
  const found = services.schema
    .getState()
    .schema.databases.find((d) => d.name.toLowerCase() === target.database.toLowerCase());
  if (!here || !found) {
    services.dialogs.notify({
      intent: 'error',
      title: here
        ? `There is no database ${target.database}.`
        : `There is no connection to ${target.cluster}.`,
      body: 'Nothing was run.',
    });
    return false;
  }
  changeDocument(services, document.id, { database: found.name });
  return true;
}

/** A result that says how it wants to be drawn comes up as a chart, all others as a table. */
function showOutcome({ session, panes, commands }: Services): void {
  const finished = session.activeRun();
  const kind = finished?.results[0]?.visualization?.kind;
  if (kind === 'pivotchart') commands.execute('results.chart-pivotchart');
  else if (kind !== undefined && kind !== 'table') panes.reveal('chart');
  else panes.reveal('results');
}

/** Runs the query and writes all of its rows to a file, without showing them. */
async function runToCsv(services: Services): Promise<void> {
  const { host, shell, dialogs, session } = services;
  const request = requestOf(services, 'full');
  const name = session.active()?.title ?? 'result';
  if (!request || !connect(services, request)) return;
  const target = await shell.saveFile({
    title: 'Run into CSV',
    suggestedName: `${name}.csv`,
    filters: [{ name: 'CSV', extensions: ['csv'] }],
  });
  if (!target) return;
  const outcome = await host.call('query.run', {
    queryId: newId('query'),
    text: request.prepared?.text ?? request.text,
    database: request.database,
  });
  const resultIds = outcome.results.map((result) => result.resultId);
  try {
    const [resultId] = resultIds;
    if (resultId === undefined) return;
    const path = target.path === undefined ? {} : { path: target.path };
    const written = await host.call('query.export', { resultId, format: 'csv', name, ...path });
    if (written.url !== undefined)
      shell.download({ name: `${name}.csv`, url: host.url(written.url) });
    dialogs.notify({
      intent: 'success',
      title: `Wrote ${written.rows.toLocaleString('en-US')} rows`,
      body: target.path ?? `${name}.csv`,
    });
  } finally {
    host.call('query.release', { resultIds }).catch(() => {});
  }
}

const hasEditor = ({ session }: Services): boolean => session.active() !== undefined;
const isRunning = ({ session }: Services): boolean => session.activeRun()?.state === 'running';

export const runCommands: readonly Command[] = [
  {
    id: 'query.run',
    title: 'Run',
    category: 'Query',
    keys: ['F5', 'Shift+Enter'],
    menu: 1,
    when: hasEditor,
    run: (services) => run(services, 'full'),
  },
  {
    id: 'query.preview',
    title: 'Run preview (50 rows and the count)',
    category: 'Query',
    keys: ['Ctrl+F5', 'Alt+Shift+Enter'],
    menu: 1,
    when: hasEditor,
    run: (services) => run(services, 'preview'),
  },
  {
    id: 'query.showCached',
    title: 'Show the last result of this query',
    category: 'Query',
    keys: ['F8'],
    menu: 1,
    when: hasEditor,
    run: async (services) => {
      const request = requestOf(services, 'full');
      const { activeId } = services.session.getState();
      if (request && services.session.showCached(activeId, request)) showOutcome(services);
      else await run(services, 'full');
    },
  },
  {
    id: 'query.cancel',
    title: 'Cancel',
    category: 'Query',
    keys: ['Shift+F5', 'Ctrl+Shift+Enter', 'Escape'],
    menu: 1,
    when: isRunning,
    run: ({ session }) => session.cancel(session.getState().activeId),
  },
  {
    id: 'query.runToCsv',
    title: 'Run into CSV…',
    category: 'Query',
    menu: 1,
    when: hasEditor,
    run: runToCsv,
  },
  {
    id: 'query.clearCache',
    title: 'Forget kept results',
    category: 'Query',
    menu: 4,
    run: ({ session, dialogs }) => {
      session.clearCache();
      dialogs.notify({ intent: 'success', title: 'Kept results were dropped.' });
    },
  },
];
