import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { PORT_MESSAGE, type ShellBridge } from '../common/contract/shell.ts';
import { SHELL_CHANNELS as channels } from '../common/contract/shell-channels.ts';

const bridge = {
  platform: process.platform as ShellBridge['platform'],
  requestPort: () => ipcRenderer.send(channels.requestPort),
  openFiles: (options) => ipcRenderer.invoke(channels.openFiles, options),
  saveFile: (options) => ipcRenderer.invoke(channels.saveFile, options),
  pathOf: (file) => webUtils.getPathForFile(file as File),
  setTitle: (title) => ipcRenderer.send(channels.setTitle, title),
  setZoom: (factor) => ipcRenderer.send(channels.setZoom, factor),
  openExternal: (url) => ipcRenderer.send(channels.openExternal, url),
  showInFolder: (path) => ipcRenderer.send(channels.showInFolder, path),
  setMenu: (menu) => ipcRenderer.send(channels.setMenu, menu),
  onCommand: (listener) => {
    const take = (_event: unknown, id: string): void => listener(id);
    ipcRenderer.on(channels.command, take);
    return () => {
      ipcRenderer.removeListener(channels.command, take);
    };
  },
} satisfies ShellBridge;

contextBridge.exposeInMainWorld('calypso', bridge);

// A port can't cross the bridge; it reaches the page as a message of the window to itself.
ipcRenderer.on(channels.port, (event) => {
  window.postMessage(PORT_MESSAGE, window.location.origin, [...event.ports]);
});
