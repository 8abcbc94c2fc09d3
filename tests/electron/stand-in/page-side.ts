/**
 * What preload finds in a page: runs there before anything else, as text, so it may use nothing from
 * outside. There is one world, not two; what preload exposes is set on the window.
 */
export function pageSide(): void {
  type Listener = (event: unknown, ...args: unknown[]) => void;
  const listeners = new Map<string, Set<Listener>>();
  const kept = new Map<number, MessagePort>();
  const host = window as unknown as {
    standInSend(channel: string, args: unknown[]): Promise<void>;
    standInInvoke(channel: string, args: unknown[]): Promise<unknown>;
    standInPort(id: number, data: unknown): Promise<void>;
    standInDocument(url: string): Promise<void>;
    standInOpen(url: string): Promise<void>;
  };
  // First of all, so that what follows is known to come from this document.
  void host.standInDocument(window.location.href);
  window.open = (url) => {
    void host.standInOpen(new URL(String(url), window.location.href).href);
    return null;
  };

  const electron = {
    contextBridge: {
      exposeInMainWorld: (key: string, api: unknown) =>
        Object.defineProperty(window, key, { value: Object.freeze(api) }),
    },
    ipcRenderer: {
      send: (channel: string, ...args: unknown[]) => void host.standInSend(channel, args),
      invoke: (channel: string, ...args: unknown[]) => host.standInInvoke(channel, args),
      on(channel: string, listener: Listener) {
        const set = listeners.get(channel) ?? new Set();
        listeners.set(channel, set.add(listener));
      },
      removeListener: (channel: string, listener: Listener) =>
        listeners.get(channel)?.delete(listener),
    },
    // A page in Chromium can't know where a file lies; Electron's can.
    webUtils: { getPathForFile: (file: File) => `/dropped/${file.name}` },
  };

  Object.assign(window, {
    standIn: {
      electron,
      receive(channel: string, args: readonly unknown[], portIds: readonly number[]) {
        const ports = portIds.map((id) => {
          const { port1, port2 } = new MessageChannel();
          port2.onmessage = (event) => void host.standInPort(id, event.data);
          kept.set(id, port2);
          return port1;
        });
        for (const listener of listeners.get(channel) ?? []) listener({ ports }, ...args);
      },
      port: (id: number, data: unknown) => kept.get(id)?.postMessage(data),
      closePort: (id: number) => kept.get(id)?.close(),
    },
  });
}

declare global {
  interface Window {
    /** What the stand-in's other side calls. */
    readonly standIn: {
      receive(channel: string, args: readonly unknown[], portIds: readonly number[]): void;
      port(id: number, data: unknown): void;
      closePort(id: number): void;
    };
  }
}
