import { decodeFrame, encodeFrame, SOCKET_PATH } from '../../common/contract/frame.ts';
import { portTransport } from '../../common/contract/port.ts';
import type { RpcMessage, Transport } from '../../common/contract/rpc.ts';
import { PORT_MESSAGE, type ShellBridge } from '../../common/contract/shell.ts';

/** Opens the host's WebSocket. The token stands in the query, because browsers can't set headers here. */
export function openSocket(base: URL, token: string): Promise<Transport> {
  const address = new URL(SOCKET_PATH, base);
  address.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
  if (token !== '') address.searchParams.set('token', token);
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    const early: RpcMessage[] = [];
    let deliver = (message: RpcMessage): void => void early.push(message);
    let closed = (_reason: string): void => {};
    socket.onmessage = (event: MessageEvent<ArrayBuffer | string>) => {
      const { data } = event;
      deliver(decodeFrame(typeof data === 'string' ? data : new Uint8Array(data)));
    };
    socket.onclose = (event) => {
      const reason =
        event.reason !== ''
          ? event.reason
          : event.code === 1008 || event.code === 4401
            ? 'the host refused the token'
            : 'the host went away';
      reject(new Error(reason));
      closed(reason);
    };
    socket.onopen = () =>
      resolve({
        send: (message) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(encodeFrame(message));
        },
        onMessage: (listener) => {
          deliver = listener;
          for (const message of early.splice(0)) listener(message);
        },
        onClose: (listener) => {
          closed = listener;
        },
        close: () => socket.close(),
      });
  });
}

/**
 * A MessagePort that preload hands over. A port doesn't say when its other end dies, so the shell sends a
 * message `null` over it when the host has exited.
 */
export function openPort(bridge: ShellBridge): Promise<Transport> {
  return new Promise((resolve) => {
    const take = (event: MessageEvent<unknown>): void => {
      const port = event.ports[0];
      if (event.data !== PORT_MESSAGE || event.source !== window || !port) return;
      window.removeEventListener('message', take);
      resolve(transportOf(port));
    };
    window.addEventListener('message', take);
    bridge.requestPort();
  });
}

function transportOf(port: MessagePort): Transport {
  const closeListeners: ((reason: string) => void)[] = [];
  const closed = (): void => {
    for (const listener of closeListeners.splice(0)) listener('the host went away');
  };
  port.addEventListener('close', closed);
  return portTransport(
    {
      postMessage: (message) => port.postMessage(message),
      onMessage: (listener) => {
        port.onmessage = (event: MessageEvent<unknown>) => {
          if (event.data === null) closed();
          else listener(event.data);
        };
      },
      onClose: (listener) => closeListeners.push(listener),
      close: () => port.close(),
    },
    { canTransfer: false },
  );
}
