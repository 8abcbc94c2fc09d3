import type { WebSocket } from 'ws';
import { decodeFrame, encodeFrame } from '../../../common/contract/frame.ts';
import type { Transport } from '../../../common/contract/rpc.ts';

const PROTOCOL_ERROR = 1002;

/** One end of a WebSocket, either side. A frame that can't be read closes the connection. */
export function webSocketTransport(socket: WebSocket): Transport {
  const closeListeners: ((reason: string) => void)[] = [];
  let failure: string | undefined;
  socket.binaryType = 'nodebuffer';
  socket.on('error', (error) => {
    failure = error.message;
  });
  socket.on('close', (code) => {
    for (const listener of closeListeners)
      listener(failure ?? `the socket was closed with code ${code}`);
  });
  return {
    send(message) {
      if (socket.readyState === socket.OPEN) socket.send(encodeFrame(message));
    },
    onMessage(listener) {
      socket.on('message', (data, isBinary) => {
        try {
          const bytes = data as Buffer;
          listener(decodeFrame(isBinary ? bytes : bytes.toString('utf8')));
        } catch (error) {
          failure = error instanceof Error ? error.message : String(error);
          socket.close(PROTOCOL_ERROR, 'unreadable frame');
        }
      });
    },
    onClose(listener) {
      closeListeners.push(listener);
    },
    close() {
      socket.close();
    },
  };
}
