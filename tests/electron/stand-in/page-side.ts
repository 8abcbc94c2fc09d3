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
      receive(channel: string, args: unknown[], portIds: number[]) {
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

export interface PageSide {
  receive(channel: string, args: unknown[], portIds: number[]): void;
  port(id: number, data: unknown): void;
  closePort(id: number): void;
}
