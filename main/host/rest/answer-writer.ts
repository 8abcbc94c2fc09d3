import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { createGzip } from 'node:zlib';

const FLUSH_AT = 64 * 1024;

/** Writes a long JSON answer in pieces; waits when the client reads more slowly than we write. */
export class AnswerWriter {
  private readonly out: Writable;
  private buffer = '';

  /** Sends status and headers: from here on an error can only be told inside of the answer. */
  constructor(request: IncomingMessage, response: ServerResponse) {
    const gzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    response.writeHead(200, {
      'Content-Type': 'application/json; charset=utf-8',
      ...(gzip ? { 'Content-Encoding': 'gzip' } : {}),
    });
    if (gzip) {
      const packed = createGzip();
      packed.pipe(response);
      // A client that has gone ends the pipe; whoever waits for `drain` must not wait for ever.
      response.on('close', () => packed.destroy());
      this.out = packed;
    } else this.out = response;
  }

  async write(text: string): Promise<void> {
    this.buffer += text;
    if (this.buffer.length >= FLUSH_AT) await this.flush();
  }

  async end(): Promise<void> {
    await this.flush();
    this.out.end();
  }

  private async flush(): Promise<void> {
    const text = this.buffer;
    this.buffer = '';
    if (text === '' || this.out.destroyed) return;
    if (!this.out.write(text))
      await Promise.race([once(this.out, 'drain'), once(this.out, 'close')]);
  }
}
