import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { BrowserContext, Page } from '@playwright/test';
import { pageSide } from './page-side.ts';
import type { Port } from './ports.ts';

/** `app://calypso/` as Chromium knows it: a secure origin that only exists by interception. */
export const PAGE_ORIGIN = 'http://calypso.localhost';
export const APP_ORIGIN = 'app://calypso';

export interface Ipc {
  send(sender: WebContents, channel: string, args: readonly unknown[]): void;
  invoke(sender: WebContents, channel: string, args: readonly unknown[]): Promise<unknown>;
}

interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  readonly webPreferences: Readonly<Record<string, unknown>>;
}

type OpenHandler = (details: { readonly url: string }) => { readonly action: 'allow' | 'deny' };

/** webContents: one page, its channel to preload and its ports. */
export class WebContents extends EventEmitter {
  readonly mainFrame = { url: 'about:blank' };
  readonly page: Promise<Page>;
  zoomFactor = 1;
  openHandler: OpenHandler = () => ({ action: 'allow' });
  readonly #ports = new Map<number, Port>();
  #nextPort = 1;
  /** Keeps what is sent to the page in order. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(context: BrowserContext, ipc: Ipc, preload: string) {
    super();
    this.page = this.#open(context, ipc, preload);
  }

  async #open(context: BrowserContext, ipc: Ipc, preload: string): Promise<Page> {
    const page = await context.newPage();
    await page.exposeBinding('standInSend', (_source, channel: string, args: unknown[]) =>
      ipc.send(this, channel, args),
    );
    await page.exposeBinding('standInInvoke', (_source, channel: string, args: unknown[]) =>
      ipc.invoke(this, channel, args),
    );
    await page.exposeBinding('standInPort', (_source, id: number, data: unknown) =>
      this.#ports.get(id)?.postMessage(data),
    );
    await page.exposeBinding('standInDocument', (_source, url: string) => {
      this.mainFrame.url = url.replace(PAGE_ORIGIN, APP_ORIGIN);
      this.closePorts();
    });
    await page.exposeBinding('standInOpen', (_source, url: string) => {
      if (this.openHandler({ url }).action === 'allow') this.emit('did-create-window');
    });
    const code = readFileSync(preload, 'utf8');
    await page.addInitScript(
      `if (window === window.top) { (${pageSide})();
        ((require, process) => { ${code}\n })(() => window.standIn.electron, { platform: '${process.platform}' }); }`,
    );
    return page;
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  setZoomFactor(factor: number): void {
    this.zoomFactor = factor;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  send(channel: string, ...args: unknown[]): void {
    this.#toPage(([name, values]) => window.standIn.receive(name, values, []), [
      channel,
      args,
    ] as const);
  }

  postMessage(channel: string, message: unknown, ports: readonly Port[] = []): void {
    const ids = ports.map((port) => {
      const id = this.#nextPort++;
      this.#ports.set(id, port);
      return id;
    });
    this.#toPage(([name, value, portIds]) => window.standIn.receive(name, [value], portIds), [
      channel,
      message,
      ids,
    ] as const);
    ids.forEach((id, index) => {
      ports[index]?.handOver({
        message: (data) =>
          this.#toPage(([to, value]) => window.standIn.port(to, value), [id, data] as const),
        closed: () => this.#toPage(([to]) => window.standIn.closePort(to), [id] as const),
      });
    });
  }

  reload(): void {
    void this.page.then((page) => page.reload());
  }

  closePorts(): void {
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }

  /** `act` runs in the page, as text. */
  #toPage<A>(act: (argument: A) => void, argument: A): void {
    this.#queue = this.#queue
      .then(async () => (await this.page).evaluate(act as (argument: unknown) => void, argument))
      // The page is gone, or is loading anew and will ask again.
      .catch(() => undefined);
  }
}

/** BrowserWindow: state that a test can look at, and a page. */
export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents;
  readonly options: WindowOptions;
  title = '';
  #minimized = false;
  #maximized = false;
  #visible = false;
  #destroyed = false;
  menuBarVisible = true;

  constructor(webContents: WebContents, options: WindowOptions) {
    super();
    this.webContents = webContents;
    this.options = options;
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.webContents.page;
    await page.setViewportSize({
      width: this.options.width ?? 1280,
      height: this.options.height ?? 800,
    });
    await page.goto(url.replace(APP_ORIGIN, PAGE_ORIGIN));
    this.emit('ready-to-show');
  }

  show(): void {
    this.#visible = true;
    this.#minimized = false;
  }

  focus(): void {
    this.emit('focus');
  }

  isVisible(): boolean {
    return this.#visible;
  }

  minimize(): void {
    this.#minimized = true;
  }

  restore(): void {
    this.#minimized = false;
  }

  isMinimized(): boolean {
    return this.#minimized;
  }

  maximize(): void {
    this.#maximized = true;
  }

  isMaximized(): boolean {
    return this.#maximized;
  }

  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return {
      x: 0,
      y: 0,
      width: this.options.width ?? 1280,
      height: this.options.height ?? 800,
    };
  }

  setTitle(title: string): void {
    this.title = title;
  }

  getTitle(): string {
    return this.title;
  }

  setMenuBarVisibility(visible: boolean): void {
    this.menuBarVisible = visible;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  close(): void {
    this.emit('close');
    this.destroy();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.webContents.closePorts();
    void this.webContents.page.then((page) => page.close());
    this.emit('closed');
  }
}
