import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { HttpListenerSource } from '../../../../common/contract/stream.ts';
import type { RunContext, RunningSource } from '../../streams/stream-source.ts';
import { LOOPBACK, listenError } from '../listening.ts';
import { Refusal, receive } from './receive.ts';
import { OTLP_PATH, rowsOf } from './rows-of.ts';

/** Bodies that are held until their rows are in a batch; a post that comes beyond that is asked to come again. */
const MOST_HELD = 64 << 20;
const BUSY_SECONDS = 1;
const AWAY_SECONDS = 5;
const CLOSE_GRACE_MS = 1_000;

/** All that was posted, in order. */
const PART = 'posted';

/** Takes posts. Each is answered when its rows are stored; a client that hears nothing sends them again. */
export async function listen(
  source: HttpListenerSource,
  context: RunContext,
): Promise<RunningSource> {
  const listener = new Listener(source, context);
  await listener.open();
  return {
    done: listener.run(),
    acknowledge: async (positions) => listener.committed(Number(positions.get(PART) ?? 0)),
  };
}

interface Waiting {
  readonly next: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class Listener {
  readonly #source: HttpListenerSource;
  readonly #context: RunContext;
  readonly #server = createServer({ requestTimeout: 60_000 });
  readonly #ended = Promise.withResolvers<void>();
  #waiting: Waiting[] = [];
  #next: number;
  #held = 0;
  #port = 0;
  #away = false;

  constructor(source: HttpListenerSource, context: RunContext) {
    this.#source = source;
    this.#context = context;
    this.#next = Number(context.positions.get(PART) ?? 0);
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => reject(listenError(error, this.#source.port)));
      this.#server.listen(this.#source.port, LOOPBACK, resolve);
    });
    const address = this.#server.address();
    this.#port = address !== null && typeof address === 'object' ? address.port : this.#source.port;
    this.#server.on('request', (request, response) => {
      this.#answer(request, response).catch((error: unknown) => refuse(response, error));
    });
  }

  async run(): Promise<void> {
    const { signal, status } = this.#context;
    const stop = (): void => this.#ended.resolve();
    signal.addEventListener('abort', stop, { once: true });
    this.#server.on('error', this.#ended.reject);
    const message = `Listens at http://${LOOPBACK}:${this.#port}/ (OTLP logs at ${OTLP_PATH}).`;
    status({ state: 'running', lag: 0, lost: 0, message });
    try {
      if (signal.aborted) stop();
      await this.#ended.promise;
    } finally {
      signal.removeEventListener('abort', stop);
      await this.#close();
    }
  }

  /** Rows up to there are stored. */
  committed(next: number): void {
    const done = this.#waiting.filter((w) => w.next <= next);
    this.#waiting = this.#waiting.filter((w) => w.next > next);
    for (const { resolve } of done) resolve();
  }

  async #close(): Promise<void> {
    this.#away = true;
    for (const { reject } of this.#waiting) reject(away());
    this.#waiting = [];
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    // Those that wait for their answer get it.
    const timer = setTimeout(() => this.#server.closeAllConnections(), CLOSE_GRACE_MS);
    this.#server.closeIdleConnections();
    await closed;
    clearTimeout(timer);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    const url = new URL(request.url ?? '/', 'http://localhost');
    this.#check(request, url);
    const announced = Number(request.headers['content-length'] ?? 0);
    if (this.#held + announced > MOST_HELD && this.#held > 0) throw busy();
    const body = await receive(request, this.#source.maxBytes);
    if (this.#held + body.length > MOST_HELD && this.#held > 0) throw busy();
    this.#held += body.length;
    try {
      const type = request.headers['content-type'] ?? '';
      const { rows, answer } = rowsOf(url, type, body, this.#context.target);
      if (rows.length > 0) await this.#store(rows);
      response.writeHead(200, { 'Content-Type': answer.type });
      response.end(answer.body);
    } finally {
      this.#held -= body.length;
    }
  }

  #check(request: IncomingMessage, url: URL): void {
    const { headers, method } = request;
    const hosts = [`${LOOPBACK}:${this.#port}`, `localhost:${this.#port}`, `[::1]:${this.#port}`];
    // A page of another site must not be able to post here (CSRF, DNS rebinding).
    if (!hosts.includes(headers.host ?? '') || headers.origin !== undefined)
      throw new Refusal(403, 'forbidden', 'This address is for programs on this machine only.');
    const { secret } = this.#context;
    if (secret !== undefined && !isToken(headers.authorization, secret))
      throw new Refusal(
        401,
        'no_token',
        'Send the token of this stream: Authorization: Bearer ….',
        {
          headers: { 'WWW-Authenticate': 'Bearer' },
        },
      );
    if (url.pathname !== '/' && url.pathname !== OTLP_PATH)
      throw new Refusal(404, 'no_path', `Post rows to / and OTLP logs to ${OTLP_PATH}.`);
    if (method !== 'POST')
      throw new Refusal(405, 'no_post', 'Rows are sent with POST.', { headers: { Allow: 'POST' } });
    if (this.#away) throw away();
  }

  /** Resolves when the rows are stored for good. */
  async #store(rows: readonly string[]): Promise<void> {
    const timestamp = Date.now();
    const first = this.#next;
    this.#next += rows.length;
    const next = this.#next;
    const stored = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ next, resolve, reject });
    });
    // Whoever answers the post sees it.
    stored.catch(() => undefined);
    const records = rows.map((row, i) => ({
      part: PART,
      position: String(first + i),
      next: String(first + i + 1),
      value: Buffer.from(row),
      key: null,
      timestamp,
      headers: {},
    }));
    await this.#context.deliver(records).catch((error: unknown) => {
      this.#ended.reject(error);
      throw away();
    });
    await stored;
  }
}

const busy = (): Refusal =>
  new Refusal(429, 'busy', 'More is coming than can be stored: send it again later.', {
    headers: { 'Retry-After': String(BUSY_SECONDS), Connection: 'close' },
  });

const away = (): Refusal =>
  new Refusal(503, 'away', 'The stream is stopping; these rows are not stored.', {
    headers: { 'Retry-After': String(AWAY_SECONDS), Connection: 'close' },
  });

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const refusal =
    error instanceof Refusal ? error : new Refusal(500, 'internal', (error as Error).message);
  const { status, code, message, details, headers } = refusal;
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { code, message, ...details } }));
}

/** In constant time; digests make the lengths equal. */
function isToken(authorization: string | undefined, secret: string): boolean {
  const given = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
