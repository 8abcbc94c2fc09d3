import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { SOCKET_PATH } from '../common/contract/frame.ts';
import type { Host } from './host/host.ts';
import { type Access, createAccess } from './host/http/access.ts';
import { answerRequest } from './host/http/answer-request.ts';
import type { Logger } from './host/logger.ts';
import { webSocketTransport } from './host/transport/websocket.ts';

export interface HeadlessOptions {
  readonly host: Host;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Folder of the built renderer. */
  readonly renderer: URL;
  /** 'none' lets every process of this machine in. */
  readonly auth?: 'token' | 'none';
  /** Instead of a random one. */
  readonly token?: string;
  readonly logger: Logger;
}

export interface Headless {
  /** Where the screen is: a browser that opens it is let in. */
  readonly url: string;
  /** Base address of the Kusto endpoint. */
  readonly endpoint: string;
  /** The same with the token in it, for clients that can't send one. */
  readonly clientUrl: string;
  readonly token: string | undefined;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;
const HEARTBEAT_MS = 30_000;
const KEEP_ALIVE_MS = 120_000;
/** What the page shows as "the host refused the token". */
const UNAUTHORIZED_CLOSE = 4401;

/** Serves the host to browsers and to Kusto clients of this machine, on one port of the loopback. */
export async function serve(options: HeadlessOptions): Promise<Headless> {
  const { host, logger } = options;
  const token =
    options.auth === 'none' ? undefined : (options.token ?? randomBytes(24).toString('base64url'));
  const server = createServer({
    // SDKs keep their connections; one that is closed just as they use it again is an error to them.
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Streaming ingestion may take as long as its source does.
    requestTimeout: 0,
  });
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const access = createAccess(port, token);
  server.on('request', (request, response) => {
    answerRequest({ host, access, renderer: options.renderer, logger }, request, response).catch(
      (error: unknown) => {
        logger.error('a request failed', error);
        response.destroy();
      },
    );
  });
  const sockets = acceptSockets(server, host, access);
  const endpoint = `http://${LOOPBACK}:${port}`;
  host.shareAt(endpoint);
  return {
    url: token === undefined ? `${endpoint}/` : `${endpoint}/?token=${token}`,
    endpoint,
    clientUrl: token === undefined ? endpoint : `${endpoint}/token/${token}`,
    token,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function acceptSockets(server: Server, host: Host, access: Access): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  server.on('upgrade', (request, stream, head) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path !== SOCKET_PATH || !access.isSameMachine(request)) {
      stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      if (!access.isAllowed(request)) {
        // Refused after the upgrade, because a browser tells its page nothing of a refused one.
        socket.close(UNAUTHORIZED_CLOSE, 'the token is wrong or missing');
        return;
      }
      let alive = true;
      socket.on('pong', () => {
        alive = true;
      });
      const heartbeat = setInterval(() => {
        if (!alive) socket.terminate();
        alive = false;
        socket.ping();
      }, HEARTBEAT_MS);
      socket.on('close', () => clearInterval(heartbeat));
      host.connect(webSocketTransport(socket));
    });
  });
  return sockets;
}
