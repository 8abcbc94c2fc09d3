import type {
  OpenFilesOptions,
  SaveFileOptions,
  ShellBridge,
  ShellMenu,
} from '../../common/contract/shell.ts';
import { droppedFiles } from './dropped-files.ts';

/** A file that the person chose: by its path where the shell knows paths, else by its bytes. */
export type ChosenFile =
  | { readonly kind: 'path'; readonly path: string; readonly name: string }
  | { readonly kind: 'file'; readonly file: File; readonly name: string };

/** The desktop around the page, the same for Electron and for a browser. */
export interface Shell {
  readonly kind: 'electron' | 'browser';
  readonly platform: 'win32' | 'darwin' | 'linux';
  openFiles(options: OpenFilesOptions): Promise<readonly ChosenFile[]>;
  /** Where the host shall write; undefined in a browser (download instead) and when cancelled. */
  saveFile(options: SaveFileOptions): Promise<{ path?: string } | undefined>;
  /** What was dropped, as the host can read it. To be called while the event is handled. */
  dropped(transfer: DataTransfer): Promise<readonly ChosenFile[]>;
  /** Lets the browser save text or something that the host serves. */
  download(what: { name: string; text: string } | { name: string; url: string }): void;
  setTitle(title: string): void;
  setZoom(factor: number): void;
  openExternal(url: string): void;
  setMenu(menu: readonly ShellMenu[]): void;
  onCommand(listener: (commandId: string) => void): () => void;
}

declare global {
  interface Window {
    /** Put there by preload; absent in a browser. */
    readonly calypso?: ShellBridge;
  }
}

const nameOf = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

export function electronShell(bridge: ShellBridge): Shell {
  return {
    kind: 'electron',
    platform: bridge.platform,
    openFiles: async (options) =>
      (await bridge.openFiles(options)).map((path) => ({ kind: 'path', path, name: nameOf(path) })),
    saveFile: async (options) => {
      const path = await bridge.saveFile(options);
      return path === undefined ? undefined : { path };
    },
    // The host reads folders by itself.
    dropped: async ({ files }) =>
      [...files].map((file) => ({ kind: 'path', path: bridge.pathOf(file), name: file.name })),
    download,
    setTitle: bridge.setTitle,
    setZoom: bridge.setZoom,
    openExternal: bridge.openExternal,
    setMenu: bridge.setMenu,
    onCommand: bridge.onCommand,
  };
}

export function browserShell(): Shell {
  return {
    kind: 'browser',
    platform: platformOf(navigator.userAgent),
    openFiles: askForFiles,
    saveFile: () => Promise.resolve({}),
    dropped: async (transfer) =>
      (await droppedFiles(transfer)).map((file) => ({ kind: 'file', file, name: file.name })),
    download,
    setTitle: (title) => {
      document.title = title;
    },
    setZoom: (factor) => {
      document.documentElement.style.setProperty('zoom', String(factor));
    },
    openExternal: (url) => {
      window.open(url, '_blank', 'noopener,noreferrer');
    },
    setMenu: () => {},
    onCommand: () => () => {},
  };
}

export function platformOf(userAgent: string): Shell['platform'] {
  if (/Macintosh|Mac OS X/.test(userAgent)) return 'darwin';
  return userAgent.includes('Windows') ? 'win32' : 'linux';
}

function download(what: { name: string; text: string } | { name: string; url: string }): void {
  const url =
    'url' in what ? what.url : URL.createObjectURL(new Blob([what.text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = what.name;
  link.click();
  if ('text' in what) setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function askForFiles(options: OpenFilesOptions): Promise<readonly ChosenFile[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = options.multiple ?? false;
    input.webkitdirectory = options.folders ?? false;
    input.accept = (options.filters ?? [])
      .flatMap((filter) => filter.extensions)
      .map((extension) => `.${extension}`)
      .join(',');
    input.dataset.testid = 'file-input';
    input.style.display = 'none';
    const finish = (files: readonly File[]): void => {
      input.remove();
      resolve(files.map((file) => ({ kind: 'file', file, name: file.name })));
    };
    input.addEventListener('change', () => finish([...(input.files ?? [])]));
    input.addEventListener('cancel', () => finish([]));
    // In the document, so that assistive tools and tests find it.
    document.body.append(input);
    input.click();
  });
}
