import type { ShellBridge } from '../../common/contract/shell.ts';
import type { CommandRunner } from '../client/command.ts';
import { createDialogs } from '../client/dialogs.ts';
import { createEditorBridge } from '../client/editor-bridge.ts';
import { connectHost } from '../client/host.ts';
import { createPanes } from '../client/panes.ts';
import { createSchemaStore } from '../client/schema-store.ts';
import type { Services } from '../client/services.ts';
import { createSessionStore } from '../client/session-store.ts';
import { createSettingsStore, SETTINGS } from '../client/settings-store.ts';
import { browserShell, electronShell } from '../client/shell.ts';
import { createViewTabs } from '../client/view-tabs.ts';
import { followAlerts } from '../features/alerts/index.ts';
import { openQueryFile, restoreDocuments, saveAgain } from '../features/documents/index.ts';
import { warmUpEditor } from '../features/editor/index.ts';
import { ALL_COMMANDS } from './commands/all-commands.ts';
import { createRunner } from './commands/registry.ts';
import { menusForShell } from './shell-menus.ts';

/** Makes everything that the features use, once per page. */
export function createServices(bridge: ShellBridge | undefined): Services {
  warmUpEditor();
  const host = connectHost(bridge);
  const dialogs = createDialogs();
  const commands: CommandRunner = createRunner(
    ALL_COMMANDS,
    () => services,
    (command, error) =>
      dialogs.notify({
        intent: 'error',
        title: `${command.title.replace(/…$/, '')}: it did not work.`,
        body: error instanceof Error ? error.message : String(error),
      }),
  );
  const services: Services = {
    host,
    shell: bridge ? electronShell(bridge) : browserShell(),
    session: createSessionStore(host),
    settings: createSettingsStore(host),
    schema: createSchemaStore(host),
    dialogs,
    panes: createPanes(),
    views: createViewTabs(),
    editor: createEditorBridge(),
    commands,
  };
  follow(services);
  followAlerts(services);
  return services;
}

/** What is to be loaded before the frame can be drawn as it was left. */
export async function restore(services: Services): Promise<void> {
  await Promise.all([services.settings.load(), services.schema.refresh()]);
  await restoreDocuments(services);
}

/** Reacts to what the host and the shell say unasked. */
function follow(services: Services): void {
  const { host, session, settings, schema, dialogs, shell, commands } = services;
  host.on('engine.restarted', ({ worker, reason }) => {
    if (worker === 'query') session.loseResults();
    dialogs.notify({
      intent: 'warning',
      title: `The ${worker} engine was restarted.`,
      body: `${reason} Open tabs and tables are as they were; run a query again to see its results.`,
    });
  });
  host.on('shell.openFile', ({ path }) => {
    const name = path.split(/[\\/]/).at(-1) ?? path;
    if (/\.(kql|csl|kusto)$/i.test(name))
      openQueryFile(services, { kind: 'path', path, name }).catch((error: unknown) =>
        dialogs.notify({
          intent: 'error',
          title: `${name} could not be opened.`,
          body: error instanceof Error ? error.message : String(error),
        }),
      );
    else commands.execute('ingest.importFiles', [{ kind: 'path', path, name }]);
  });
  let connectedBefore = false;
  host.status.subscribe((now, before) => {
    if (now.state === 'reconnecting' && before.state === 'connected')
      dialogs.notify({
        intent: 'warning',
        title: 'The connection to the host was lost.',
        body: 'Connecting again; what you type is kept.',
      });
    if (now.state !== 'connected' || before.state === 'connected') return;
    if (connectedBefore) {
      session.loseResults();
      void schema.refresh();
      saveAgain(services);
      dialogs.notify({ intent: 'success', title: 'Connected to the host again.' });
    }
    connectedBefore = true;
  });
  shell.setMenu(menusForShell(services));
  shell.onCommand((id) => commands.execute(id));
  const retitle = (): void => {
    const title = session.active()?.title;
    shell.setTitle(title === undefined ? 'Calypso' : `${title} – Calypso`);
  };
  session.subscribe((now, before) => {
    if (now.activeId !== before.activeId || now.documents !== before.documents) retitle();
    if (now.activeId !== before.activeId) settings.set(SETTINGS.activeDocument, now.activeId);
  });
}
