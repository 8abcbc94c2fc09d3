import { randomUUID } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from '../files/byte-stream.ts';

const FLUSH_CHARACTERS = 4 << 20;

/**
 * Writes rows of texts to a temporary file in one strict dialect that the engine reads in parallel: comma,
 * every text quoted, null as an empty unquoted field, and the row's number in its source as the first field.
 */
export class StageWriter {
  readonly path: string;
  readonly #width: number;
  readonly #handle: FileHandle;
  #buffer = '';
  #rows = 0;
  #longest = 0;

  private constructor(path: string, handle: FileHandle, width: number) {
    this.path = path;
    this.#handle = handle;
    this.#width = width;
  }

  static async create(folder: string, width: number): Promise<StageWriter> {
    const path = join(folder, `stage-${randomUUID()}.csv`);
    return new StageWriter(path, await open(path, 'wx'), width);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Longest row, in UTF-16 units. */
  get longestRow(): number {
    return this.#longest;
  }

  /** True when `flush` should be awaited before more rows are added. */
  get full(): boolean {
    return this.#buffer.length >= FLUSH_CHARACTERS;
  }

  /** Missing fields are null, fields too many are left out. */
  add(rowNumber: number, values: readonly (string | null | undefined)[]): void {
    let line = String(rowNumber);
    for (let i = 0; i < this.#width; i++) {
      const value = values[i];
      line +=
        value === null || value === undefined
          ? ','
          : `,"${value.includes('"') ? value.replaceAll('"', '""') : value}"`;
    }
    this.#longest = Math.max(this.#longest, line.length);
    this.#buffer += `${line}\n`;
    this.#rows++;
  }

  async flush(): Promise<void> {
    const text = this.#buffer;
    this.#buffer = '';
    try {
      if (text !== '') await this.#handle.write(text);
    } catch (error) {
      throw fileError(error, 'a temporary file');
    }
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#handle.close();
    }
  }
}
