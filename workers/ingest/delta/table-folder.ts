import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../../common/errors/app-error.ts';
import type { CachedFile } from '../external/file-cache.ts';
import { readAt } from '../files/byte-stream.ts';
import type { OpenPlace, StoredFile } from '../storage/place.ts';

/** A file of a table: on this machine, or in a store from which it has to be fetched. */
export interface TableFile {
  /** As it may be shown. */
  readonly name: string;
  /** '' for one that is only in a store. */
  readonly path: string;
  readonly stored?: CachedFile;
}

export interface TableFolderOptions {
  /** Gives a file of a store a path on this machine; absent for folders, whose files have one. */
  readonly placed?: (file: CachedFile) => Promise<string>;
  /** What tells the store from others. */
  readonly at?: string;
  readonly signal?: AbortSignal | undefined;
}

/** The folder of a Delta table, wherever it lies. Its files never change once they are there (protocol, "Data Files"). */
export class TableFolder {
  readonly #place: OpenPlace;
  readonly #root: string;
  readonly #options: TableFolderOptions;

  /** `root` is '' or ends with `/`. */
  constructor(place: OpenPlace, root: string, options: TableFolderOptions) {
    this.#place = place;
    this.#root = root;
    this.#options = options;
  }

  /** As it may be shown. */
  get name(): string {
    return this.#place.shown(this.#root);
  }

  /** Files directly in a folder, by name; none if it isn't there. */
  async list(folder: string): Promise<StoredFile[]> {
    const prefix = `${this.#root}${folder}/`;
    const found: StoredFile[] = [];
    let next: string | undefined;
    do {
      const page = await this.#place.list(
        { prefix, byLevel: true, ...(next === undefined ? {} : { next }) },
        this.#options.signal,
      );
      found.push(...page.files);
      next = page.next;
    } while (next !== undefined);
    return found;
  }

  /** A file that the table's log or a listing names. Shallow clones name files by an address of their own. */
  file(path: string, bytes?: number): TableFile {
    const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(path)?.[1]?.toLowerCase();
    const isHere = this.#options.placed === undefined;
    if (scheme === 'file' && isHere) {
      const local = fileURLToPath(path);
      return { name: local, path: local };
    }
    if (scheme !== undefined)
      throw new AppError(
        'unsupported',
        'delta_file_elsewhere',
        `not implemented in Calypso: the Delta table ${this.name} has files in another place (${scheme}:)`,
      );
    const key = `${this.#root}${path}`;
    const name = this.#place.shown(key);
    if (isHere) return { name, path: name };
    return {
      name,
      path: '',
      stored: {
        place: this.#place,
        at: this.#options.at ?? '',
        key,
        version: `${bytes ?? ''}`,
        bytes,
      },
    };
  }

  /** A path at which the engine reads a file of the log. */
  async placed(path: string, bytes?: number): Promise<string> {
    const file = this.file(path, bytes);
    const { placed } = this.#options;
    return file.stored && placed ? await placed(file.stored) : file.path;
  }

  async text(path: string, bytes?: number): Promise<string> {
    return await readFile(await this.placed(path, bytes), 'utf8');
  }

  /** Bytes of a part of a file. */
  async read(path: string, start: number, length: number): Promise<Uint8Array> {
    return await readAt({ name: path, path: await this.placed(path) }, start, length);
  }
}
