import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

const KEEP_ALIVE_MS = 60_000;
const LENGTH_BYTES = 4;

/**
 * A socket that hands on whole answers only. kafkajs 2.2.4 keeps the beginning of an answer over the end of its
 * connection, puts the first bytes of the next connection behind it, and understands nothing from then on.
 */
export const wholeAnswers: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const socket = ssl
    ? connectTls(
        { host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl },
        onConnect,
      )
    : connectPlain({ host, port }, onConnect);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return onlyWhole(socket);
};

function onlyWhole(socket: Socket): Socket {
  const answers = new Answers();
  const emit: (event: string, ...args: unknown[]) => boolean = socket.emit.bind(socket);
  return Object.assign(socket, {
    emit: (event: string, ...args: unknown[]): boolean => {
      const [bytes] = args;
      if (event !== 'data' || !Buffer.isBuffer(bytes)) return emit(event, ...args);
      for (const chunk of answers.after(bytes)) emit('data', chunk);
      return true;
    },
  });
}

/** Cuts a stream of bytes where an answer ends: each begins with its length in four bytes. */
export class Answers {
  /** Of the answer that is not whole yet. */
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Bytes of that answer, its length included; unknown before its first four bytes are there. */
  #whole = 0;

  /** The pieces of all answers that are whole with these bytes. */
  after(bytes: Buffer): Buffer[] {
    const passed: Buffer[] = [];
    for (let rest = bytes; rest.length > 0; ) {
      if (this.#bytes < LENGTH_BYTES) {
        if (this.#bytes + rest.length < LENGTH_BYTES) {
          this.#keep(rest);
          break;
        }
        rest = this.#bytes === 0 ? rest : Buffer.concat([...this.#chunks, rest]);
        this.#clear();
        this.#whole = LENGTH_BYTES + Math.max(0, rest.readInt32BE());
      }
      const missing = this.#whole - this.#bytes;
      if (rest.length < missing) {
        this.#keep(rest);
        break;
      }
      passed.push(...this.#chunks, rest.subarray(0, missing));
      this.#clear();
      rest = rest.subarray(missing);
    }
    return passed;
  }

  #keep(bytes: Buffer): void {
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
  }

  #clear(): void {
    this.#chunks = [];
    this.#bytes = 0;
  }
}
