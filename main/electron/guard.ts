import { app, type Session, shell, type WebContents } from 'electron';
import { APP_ORIGIN } from './app-protocol.ts';

/**
 * A window shows the application's own page and nothing else, ever: what lies in a cell, a file name or a
 * column may have been written by anybody.
 */
export function guardEverything(): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
}

function guardContents(contents: WebContents): void {
  const deny = (event: { preventDefault(): void; readonly url: string }): void => {
    if (isOwnPage(event.url)) return;
    event.preventDefault();
  };
  contents.on('will-navigate', deny);
  contents.on('will-redirect', deny);
  contents.on('will-frame-navigate', deny);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
}

export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) => {
    answer(isAllowed(permission) && isOwnPage(contents.getURL()));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => isAllowed(permission) && isOwnPage(origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
}

/** Copying a selection, and telling the desktop of an alert. */
function isAllowed(permission: string): boolean {
  return permission === 'clipboard-sanitized-write' || permission === 'notifications';
}

export function isOwnPage(address: string): boolean {
  try {
    const url = new URL(address);
    return `${url.protocol}//${url.host}` === APP_ORIGIN;
  } catch {
    return false;
  }
}

/** Opens a web page in the person's browser. Anything but http and https is refused. */
export function openExternal(address: string): void {
  if (isWebPage(address)) void shell.openExternal(new URL(address).href);
}

export function isWebPage(address: string): boolean {
  try {
    const { protocol, username, password } = new URL(address);
    return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
  } catch {
    return false;
  }
}
