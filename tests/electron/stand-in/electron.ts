import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type { BrowserContext } from '@playwright/test';
import { APP_ORIGIN, BrowserWindow, type Ipc, PAGE_ORIGIN, WebContents } from './browser-window.ts';
import { Port } from './ports.ts';
import { UtilityProcess } from './utility-process.ts';

export interface StandInOptions {
  readonly context: BrowserContext;
  /** Folder of the application's package.json. */
  readonly appPath: string;
  /** What `app.getPath` says until somebody sets it. */
  readonly folder: string;
  readonly onQuit: () => void;
}

interface MenuItem {
  readonly id?: string;
  readonly label?: string;
  readonly role?: string;
  readonly enabled?: boolean;
  readonly submenu?: readonly MenuItem[];
  readonly click?: () => void;
}

/**
 * The part of Electron that this application's main process uses, over a Chromium page and Node processes.
 * A member that is missing here throws where it is used, so nothing passes by being left out.
 */
export function createElectron(options: StandInOptions) {
  const windows: BrowserWindow[] = [];
  const children: UtilityProcess[] = [];
  const paths = new Map<string, string>();
  const schemes = new Map<string, (request: Request) => Response | Promise<Response>>();
  const handlers = new Map<string, (event: unknown, ...args: unknown[]) => unknown>();
  const ipcMain = new EventEmitter();
  let quitting = false;
  let applicationMenu: Menu | null = null;

  class App extends EventEmitter {
    readonly isPackaged = false;
    getAppPath = (): string => options.appPath;
    getVersion = (): string => '0.0.0-stand-in';
    getPath = (name: string): string => paths.get(name) ?? join(options.folder, name);
    setPath = (name: string, path: string): void => void paths.set(name, path);
    setAppLogsPath = (path: string): void => void paths.set('logs', path);
    requestSingleInstanceLock = (): boolean => true;
    isReady = (): boolean => true;
    whenReady = (): Promise<void> => Promise.resolve();
    addRecentDocument = (): void => {};
    getAppMetrics = (): { name: string; type: string; pid: number | undefined }[] =>
      children.map((child) => ({ name: child.name, type: 'Utility', pid: child.pid }));

    quit = (): void => {
      if (!quitting) {
        quitting = true;
        for (const window of [...windows]) window.close();
      }
      let prevented = false;
      this.emit('will-quit', { preventDefault: () => (prevented = true) });
      if (prevented) return;
      this.emit('quit');
      options.onQuit();
    };
  }
  const app = new App();

  const event = (sender: WebContents): object => ({
    sender,
    senderFrame: sender.mainFrame,
  });
  const ipc: Ipc = {
    send: (sender, channel, args) => void ipcMain.emit(channel, event(sender), ...args),
    async invoke(sender, channel, args) {
      const handler = handlers.get(channel);
      if (!handler) throw new Error(`No handler registered for '${channel}'`);
      return await handler(event(sender), ...args);
    },
  };

  class Window extends BrowserWindow {
    constructor(windowOptions: ConstructorParameters<typeof BrowserWindow>[1]) {
      const preload = String(windowOptions.webPreferences.preload);
      super(new WebContents(options.context, ipc, preload), windowOptions);
      windows.push(this);
      app.emit('web-contents-created', {}, this.webContents);
      this.on('closed', () => {
        windows.splice(windows.indexOf(this), 1);
        if (windows.length === 0 && !quitting) app.emit('window-all-closed');
      });
    }

    static getAllWindows = (): BrowserWindow[] => [...windows];
    static fromWebContents = (contents: WebContents): BrowserWindow | null =>
      windows.find((window) => window.webContents === contents) ?? null;
  }

  class Menu {
    readonly items: readonly MenuItem[];
    constructor(items: readonly MenuItem[]) {
      this.items = items;
    }
    static buildFromTemplate = (items: readonly MenuItem[]): Menu => new Menu(items);
    static setApplicationMenu = (menu: Menu): void => {
      applicationMenu = menu;
    };
    static getApplicationMenu = (): Menu | null => applicationMenu;
    getMenuItemById(id: string): MenuItem | null {
      const all = this.items.flatMap((item) => [item, ...(item.submenu ?? [])]);
      return all.find((item) => item.id === id) ?? null;
    }
  }

  const permissions = new Map<string, unknown>();
  const remember = (name: string) => (handler: unknown) => void permissions.set(name, handler);

  /** Every request of every page: our scheme is answered by its handler, a navigation asks main first. */
  async function intercept(): Promise<void> {
    await options.context.route('**/*', async (route, request) => {
      const url = request.url();
      if (url.startsWith(`${PAGE_ORIGIN}/`)) {
        const handler = schemes.get('app');
        const address = url.replace(PAGE_ORIGIN, APP_ORIGIN);
        const response = await handler?.(new Request(address, { method: request.method() }));
        if (!response) return route.abort();
        return route.fulfill({
          status: response.status,
          headers: Object.fromEntries(response.headers),
          body: Buffer.from(await response.arrayBuffer()),
        });
      }
      if (request.isNavigationRequest()) {
        const page = request.frame().page();
        let prevented = false;
        const preventDefault = (): void => {
          prevented = true;
        };
        for (const window of windows)
          if ((await window.webContents.page) === page)
            window.webContents.emit('will-navigate', { url, preventDefault });
        if (!prevented) return route.fulfill({ contentType: 'text/html', body: 'elsewhere' });
      }
      // Ends a navigation where it is, and keeps every test off the network.
      return route.abort('aborted');
    });
  }

  const electron = {
    app,
    BrowserWindow: Window,
    Menu,
    ipcMain: Object.assign(ipcMain, {
      handle: (channel: string, handler: (event: unknown, ...args: unknown[]) => unknown) =>
        void handlers.set(channel, handler),
    }),
    protocol: {
      registerSchemesAsPrivileged: () => {},
      handle: (scheme: string, handler: (request: Request) => Response | Promise<Response>) =>
        void schemes.set(scheme, handler),
    },
    session: {
      defaultSession: {
        setPermissionRequestHandler: remember('request'),
        setPermissionCheckHandler: remember('check'),
        setDevicePermissionHandler: remember('device'),
        setDisplayMediaRequestHandler: remember('displayMedia'),
      },
    },
    dialog: {
      showOpenDialog: async () => ({ canceled: true, filePaths: [] }),
      showSaveDialog: async () => ({ canceled: true, filePath: '' }),
      showMessageBox: async () => ({ response: 1 }),
    },
    /** A keychain that turns every byte round: what is stored is not what was given. */
    safeStorage: {
      isEncryptionAvailable: () => true,
      getSelectedStorageBackend: () => 'gnome_libsecret',
      encryptString: (text: string) => Buffer.from(text).map((byte) => byte ^ 0xff),
      decryptString: (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0xff)).toString(),
    },
    shell: { openExternal: async (): Promise<void> => {}, showItemInFolder: () => {} },
    screen: {
      getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
    },
    crashReporter: { start: () => {} },
    utilityProcess: {
      fork(script: string, _args: readonly string[], forkOptions: { serviceName?: string }) {
        const child = new UtilityProcess(script, forkOptions);
        children.push(child);
        child.on('exit', () => children.splice(children.indexOf(child), 1));
        return child;
      },
    },
    MessageChannelMain: class {
      readonly port1: Port;
      readonly port2: Port;
      constructor() {
        [this.port1, this.port2] = Port.pair();
      }
    },
  };
  const stop = (): void => {
    for (const child of children) child.kill();
  };
  return { electron, intercept, stop };
}
