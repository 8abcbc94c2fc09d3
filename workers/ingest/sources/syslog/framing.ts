/** Longest message that is kept; more of it is cut (RFC 5424 asks for 2 KiB at least). */
export const LONGEST_MESSAGE = 1 << 20;

const SPACE = 0x20;
const LESS_THAN = 0x3c;

/**
 * Takes messages out of a TCP stream (RFC 6587): by their count of bytes where they begin with one, by their line
 * end (or NUL) otherwise. A sender may use either, message by message.
 */
export class SyslogFraming {
  #pending: Buffer = Buffer.alloc(0);
  /** Bytes of a message that was cut and still comes. */
  #skip = 0;
  #untilEnd = false;

  push(bytes: Buffer): Buffer[] {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    const messages: Buffer[] = [];
    for (;;) {
      if (!this.#skipped()) return messages;
      const message = this.#next();
      if (!message) return messages;
      if (message.length > 0) messages.push(message);
    }
  }

  /** What the last message is when the connection ends without a line end. */
  end(): Buffer[] {
    const rest = this.#pending;
    this.#pending = Buffer.alloc(0);
    return rest.length === 0 || this.#skip > 0 || this.#untilEnd ? [] : [rest];
  }

  #skipped(): boolean {
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, this.#pending.length);
      this.#pending = this.#pending.subarray(skipped);
      this.#skip -= skipped;
    } else if (this.#untilEnd) {
      const end = endOf(this.#pending);
      this.#untilEnd = end < 0;
      this.#pending = end < 0 ? Buffer.alloc(0) : this.#pending.subarray(end + 1);
    }
    return this.#skip === 0 && !this.#untilEnd;
  }

  #next(): Buffer | undefined {
    const bytes = this.#pending;
    const space = bytes.subarray(0, 11).indexOf(SPACE);
    const count = bytes.subarray(0, space < 0 ? 11 : space).toString('latin1');
    if (/^[1-9]\d{0,9}$/.test(count) && (bytes[space + 1] ?? LESS_THAN) === LESS_THAN) {
      if (space < 0 || bytes.length <= space + 1) return undefined;
      return this.#cut(space + 1, space + 1 + Number(count), 0);
    }
    const end = endOf(bytes);
    if (end >= 0) return this.#cut(0, end, 1);
    if (bytes.length <= LONGEST_MESSAGE) return undefined;
    this.#untilEnd = true;
    this.#pending = Buffer.alloc(0);
    return bytes.subarray(0, LONGEST_MESSAGE);
  }

  #cut(from: number, to: number, after: number): Buffer | undefined {
    const bytes = this.#pending;
    const kept = Math.min(to, from + LONGEST_MESSAGE);
    if (bytes.length < kept) return undefined;
    this.#skip = Math.max(0, to + after - bytes.length);
    this.#pending = bytes.subarray(Math.min(to + after, bytes.length));
    return bytes.subarray(from, kept);
  }
}

/** The first line end or NUL, or -1. */
function endOf(bytes: Buffer): number {
  const line = bytes.indexOf(0x0a);
  const zero = (line < 0 ? bytes : bytes.subarray(0, line)).indexOf(0);
  return zero < 0 ? line : zero;
}
