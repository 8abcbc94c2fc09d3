export interface Dialect {
  readonly delimiter: string;
  /** '' when fields are never quoted. */
  readonly quote: '"' | '';
  /** Backslash sequences stand for tab, line end and backslash (TSVE). */
  readonly backslash: boolean;
}

/** Longest record that is read, in UTF-16 units. */
export const LONGEST_RECORD = 268_435_456;

/**
 * Splits text into records and fields, piece by piece, leniently (RFC 4180 with what is found in the wild): a
 * quote opens only at the start of a field, text after a closing quote is kept, a quote that never closes ends
 * with the file, lines end with \n, \r\n or \r, empty lines are skipped.
 */
export class RecordSplitter {
  readonly #dialect: Dialect;
  readonly #onRecord: (fields: string[]) => void;
  #pending = '';
  #retryAt = 0;

  constructor(dialect: Dialect, onRecord: (fields: string[]) => void) {
    this.#dialect = dialect;
    this.#onRecord = onRecord;
  }

  /** Length of the record that has not ended yet. */
  get pendingLength(): number {
    return this.#pending.length;
  }

  push(text: string): void {
    this.#pending += text;
    // A long record is looked at again only once it has doubled, so that its cost stays linear.
    if (this.#pending.length < this.#retryAt) return;
    this.#split(false);
    this.#retryAt = this.#pending.length * 2;
  }

  end(): void {
    this.#split(true);
  }

  #split(atEnd: boolean): void {
    const text = this.#pending;
    let position = 0;
    while (position < text.length) {
      const next = this.#record(text, position, atEnd);
      if (next < 0) break;
      position = next;
    }
    this.#pending = position === 0 ? text : text.slice(position);
  }

  /** Reads one record from `start`; returns where the next one begins, or -1 if it is not complete. */
  #record(text: string, start: number, atEnd: boolean): number {
    const { delimiter, quote } = this.#dialect;
    const separator = delimiter.charCodeAt(0);
    const fields: string[] = [];
    let position = start;
    for (;;) {
      let field: string;
      if (quote !== '' && text.charCodeAt(position) === 34) {
        const read = this.#quoted(text, position, separator, atEnd);
        if (read === undefined) return -1;
        [field, position] = read;
      } else {
        const from = position;
        let code = text.charCodeAt(position);
        while (!Number.isNaN(code) && code !== separator && code !== 10 && code !== 13)
          code = text.charCodeAt(++position);
        field = text.slice(from, position);
      }
      fields.push(this.#dialect.backslash ? unescapeBackslash(field) : field);
      if (position >= text.length) {
        if (!atEnd) return -1;
        this.#give(fields);
        return position;
      }
      const code = text.charCodeAt(position++);
      if (code === separator) continue;
      if (code === 13) {
        // A \r at the very end may be half of \r\n.
        if (position >= text.length && !atEnd) return -1;
        if (text.charCodeAt(position) === 10) position++;
      }
      this.#give(fields);
      return position;
    }
  }

  #give(fields: string[]): void {
    if (fields.length > 1 || fields[0] !== '') this.#onRecord(fields);
  }

  #quoted(
    text: string,
    start: number,
    separator: number,
    atEnd: boolean,
  ): [string, number] | undefined {
    let value = '';
    let position = start + 1;
    for (;;) {
      const close = text.indexOf('"', position);
      if (close < 0) return atEnd ? [value + text.slice(position), text.length] : undefined;
      value += text.slice(position, close);
      position = close + 1;
      if (position >= text.length && !atEnd) return undefined;
      if (text.charCodeAt(position) !== 34) break;
      value += '"';
      position++;
    }
    const rest = position;
    let code = text.charCodeAt(position);
    while (!Number.isNaN(code) && code !== separator && code !== 10 && code !== 13)
      code = text.charCodeAt(++position);
    return [value + text.slice(rest, position), position];
  }
}

const ESCAPED: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '0': '\0' };

function unescapeBackslash(field: string): string {
  return field.includes('\\') ? field.replace(/\\(.)/gs, (_, c: string) => ESCAPED[c] ?? c) : field;
}

/** All records of a text, at most `limit`. */
export function splitRecords(text: string, dialect: Dialect, limit = Infinity): string[][] {
  const records: string[][] = [];
  const splitter = new RecordSplitter(dialect, (fields) => {
    if (records.length < limit) records.push(fields);
  });
  splitter.push(text);
  splitter.end();
  return records;
}
