import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { constants, createGzip, type Gzip } from 'node:zlib';

const FLUSH_AT = 64 * 1024;

/** Writes a long JSON answer in pieces; waits when the client reads more slowly than we write. */
export class AnswerWriter {
  private readonly out: Writable;
  private readonly gzip: Gzip | undefined;
  private buffer = '';

  /** Sends status and headers: from here on an error can only be told inside of the answer. */
  constructor(request: IncomingMessage, response: ServerResponse) {
    const packs = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    response.writeHead(200, {
      'Content-Type': 'application/json; charset=utf-8',
      ...(packs ? { 'Content-Encoding': 'gzip' } : {}),
    });
    if (packs) {
      // The loopback is fast: the lightest packing is the quickest answer.
      const gzip = createGzip({ level: constants.Z_BEST_SPEED });
      gzip.pipe(response);
      // A client that has gone ends the pipe; whoever waits for `drain` must not wait for ever.
      response.on('close', () => gzip.destroy());
      this.gzip = gzip;
      this.out = gzip;
    } else this.out = response;
  }

  async write(text: string): Promise<void> {
    this.buffer += text;
    if (this.buffer.length >= FLUSH_AT) await this.send();
  }

  /** UTF-8 as it is. The bytes belong to the writer from now on. */
  async writeBytes(bytes: Uint8Array): Promise<void> {
    await this.send();
    await this.put(bytes);
  }

  /** Sends what there is, so that the client has it before the next piece is made. */
  async flush(): Promise<void> {
    await this.send();
    const { gzip } = this;
    if (!gzip || gzip.destroyed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        gzip.off('close', done);
        resolve();
      };
      gzip.once('close', done);
      gzip.flush(constants.Z_SYNC_FLUSH, done);
    });
  }

  async end(): Promise<void> {
    await this.send();
    this.out.end();
  }

  private async send(): Promise<void> {
    const text = this.buffer;
    this.buffer = '';
    if (text !== '') await this.put(text);
  }

  private async put(piece: string | Uint8Array): Promise<void> {
    if (this.out.destroyed) return;
    if (!this.out.write(piece)) await this.until('drain');
  }

  /** Waits for an event of the stream, or for its end. */
  private async until(event: string): Promise<void> {
    const waiting = new AbortController();
    const { signal } = waiting;
    try {
      await Promise.race([once(this.out, event, { signal }), once(this.out, 'close', { signal })]);
    } finally {
      // Takes the listeners away.
      waiting.abort();
    }
  }
}
