import { join, resolve } from 'node:path';
import { app, BrowserWindow, crashReporter, protocol, session } from 'electron';
import { defaultDataFolder } from '../host/catalog/data-folder.ts';
import { registerAppScheme, serveApp } from './app-protocol.ts';
import { parseArguments } from './arguments.ts';
import { askToTryAgain } from './dialogs.ts';
import { forkHost, type HostProcess } from './fork-host.ts';
import { guardEverything, guardSession } from './guard.ts';
import { type Log, openLog } from './log.ts';
import { secretKey } from './secret-key.ts';
import { serveWindows } from './serve-window.ts';
import { handleInstaller } from './squirrel.ts';
import { openWindow, showWindow } from './window.ts';

/**
 * The desktop shell. It starts the host, opens windows and connects the two; it knows nothing of queries.
 * Built to dist/electron/main.cjs.
 */
const root = app.getAppPath();
/** The host, its workers and the libraries that they load are kept outside of the archive. */
const onDisk = root.replace(/app\.asar$/, 'app.asar.unpacked');
const given = parseArguments(process.argv.slice(1), process.cwd(), root);
const dataFolder = given.dataFolder ?? resolve(defaultDataFolder());

if (handleInstaller(process.argv, process.execPath)) app.quit();
else {
  // One folder holds everything, so a copy or a reset is one folder too.
  app.setPath('userData', join(dataFolder, 'shell'));
  app.setAppLogsPath(join(dataFolder, 'logs'));
  app.setPath('crashDumps', join(dataFolder, 'logs', 'crashes'));
  crashReporter.start({ uploadToServer: false });
  if (app.requestSingleInstanceLock()) start(openLog(app.getPath('logs')));
  else app.quit();
}

function start(log: Log): void {
  let host: HostProcess | undefined;
  let stopped = false;
  let ready = false;
  /** Files that the system wanted to have opened before the page was there to show them. */
  const early: string[] = [...given.files];

  process.on('uncaughtException', (error) => log(`main: ${error.stack ?? error.message}`));

  function open(): void {
    openWindow({
      preload: join(root, 'dist', 'electron', 'preload.cjs'),
      statePath: join(app.getPath('userData'), 'window.json'),
      log,
    });
  }

  function openFile(path: string): void {
    app.addRecentDocument(path);
    if (ready) host?.openFile(path);
    else early.push(path);
  }

  registerAppScheme();
  guardEverything();

  app.on('open-file', (event, path) => {
    event.preventDefault();
    openFile(path);
  });
  app.on('second-instance', (_event, argv, folder) => {
    const window = BrowserWindow.getAllWindows()[0];
    if (window) showWindow(window);
    else if (app.isReady()) open();
    for (const file of parseArguments(argv.slice(1), folder, root).files) openFile(file);
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('child-process-gone', (_event, details) => {
    log(`process: ${details.type} ended (${details.reason}, code ${details.exitCode})`);
  });
  app.on('will-quit', (event) => {
    if (stopped || !host) return;
    event.preventDefault();
    void host.stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });

  void app.whenReady().then(() => {
    serveApp(protocol, join(root, 'dist', 'renderer'));
    guardSession(session.defaultSession);
    const key = secretKey(join(app.getPath('userData'), 'secrets.key'), log);
    const forked = forkHost({
      script: join(onDisk, 'dist', 'host', 'host-process.js'),
      start: {
        kind: 'start',
        dataFolder,
        sampleFolder: join(onDisk, 'samples'),
        version: app.getVersion(),
        ...(key === undefined ? {} : { secretKey: key }),
      },
      log,
      onGivenUp: (reason) =>
        void askToTryAgain(reason).then((again) => (again ? forked.restart() : app.quit())),
    });
    host = forked;
    serveWindows(forked, () => {
      ready = true;
      for (const path of early.splice(0)) forked.openFile(path);
    });
    open();
  });
}
