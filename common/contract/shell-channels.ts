/** Names of what passes between preload and the shell's main process. Data of queries never does. */
export const SHELL_CHANNELS = {
  requestPort: 'shell.requestPort',
  port: 'shell.port',
  openFiles: 'shell.openFiles',
  saveFile: 'shell.saveFile',
  setTitle: 'shell.setTitle',
  setZoom: 'shell.setZoom',
  openExternal: 'shell.openExternal',
  showInFolder: 'shell.showInFolder',
  setMenu: 'shell.setMenu',
  command: 'shell.command',
} as const;
