import type { ShellBridge } from '../../common/contract/shell.ts';
import { connect, type HostConnection } from './connection.ts';
import { openPort, openSocket } from './transports.ts';

export type { HostConnection } from './connection.ts';

const TOKEN_KEY = 'calypso.token';

/** Takes the token out of the address (so that it is not bookmarked or shared) and keeps it for reloads. */
function takeToken(): string {
  const here = new URL(window.location.href);
  const given = here.searchParams.get('token');
  if (given !== null) {
    sessionStorage.setItem(TOKEN_KEY, given);
    here.searchParams.delete('token');
    window.history.replaceState(null, '', here);
  }
  return given ?? sessionStorage.getItem(TOKEN_KEY) ?? '';
}

/** Connects to the host: by the shell's MessagePort in Electron, by WebSocket to the page's own origin else. */
export function connectHost(bridge: ShellBridge | undefined): HostConnection {
  if (bridge) return connect({ open: () => openPort(bridge), url: (path) => path });
  const token = takeToken();
  const base = new URL(window.location.origin);
  return connect({
    open: () => openSocket(base, token),
    url: (path) => {
      const address = new URL(path, base);
      if (token !== '' && !address.searchParams.has('token'))
        address.searchParams.set('token', token);
      return address.href;
    },
  });
}
