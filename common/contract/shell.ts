/**
 * What the desktop shell offers to a window beside the host's contract: preload puts a `ShellBridge` on
 * `window.calypso`. In a browser there is none, and the renderer uses the browser's own means.
 */
export interface ShellBridge {
  readonly platform: 'win32' | 'darwin' | 'linux';
  /**
   * Asks for a MessagePort to the host. It arrives as a window message whose data is PORT_MESSAGE and whose
   * only port speaks RpcMessage by structured clone. Asked for again after the port was closed.
   */
  requestPort(): void;
  /** Paths that the person chose; empty when they cancelled. */
  openFiles(options: OpenFilesOptions): Promise<readonly string[]>;
  saveFile(options: SaveFileOptions): Promise<string | undefined>;
  /** Path on disk of a File that was dropped into the window. */
  pathOf(file: object): string;
  setTitle(title: string): void;
  /** 1 is 100 %. */
  setZoom(factor: number): void;
  openExternal(url: string): void;
  showInFolder(path: string): void;
  /** The menu of the application, made of the renderer's commands; shown natively on macOS. */
  setMenu(menu: readonly ShellMenu[]): void;
  /** A command of the menu was chosen. Returns the function that stops listening. */
  onCommand(listener: (commandId: string) => void): () => void;
}

export const PORT_MESSAGE = 'calypso:host-port';

export interface FileFilter {
  readonly name: string;
  /** Endings without the dot. */
  readonly extensions: readonly string[];
}

export interface OpenFilesOptions {
  readonly title: string;
  readonly filters?: readonly FileFilter[];
  readonly multiple?: boolean;
  readonly folders?: boolean;
}

export interface SaveFileOptions {
  readonly title: string;
  readonly suggestedName: string;
  readonly filters?: readonly FileFilter[];
}

export interface ShellMenu {
  readonly label: string;
  readonly items: readonly ShellMenuItem[];
}

export type ShellMenuItem =
  | { readonly kind: 'separator' }
  | {
      readonly kind: 'command';
      readonly id: string;
      readonly label: string;
      /** `Ctrl+Shift+T`, as it is shown; keys are handled in the window. */
      readonly keys?: string;
      readonly enabled: boolean;
    };
