import { createHash } from 'node:crypto';

/** Names that Windows keeps for devices, with any ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const MAX_PART = 120;

/**
 * Where a key lies below a mirror's folder: as it is, where every file system takes that. Stores know keys that
 * are folders to others, differ in case alone, or go up; `isTaken` says what other keys have.
 */
export function mirrorPath(key: string, isTaken: (path: string) => boolean): string {
  const parts = key.split('/').map(safePart);
  const path = parts.join('/');
  if (!isTaken(path)) return path;
  const mark = createHash('sha256').update(key).digest('hex').slice(0, 10);
  // At the top: whatever is in the way, above or below, is in another folder then.
  return `${mark}~${path}`;
}

function safePart(part: string): string {
  const plain = part
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no file's name may hold on Windows.
    .replace(/[<>:"\\|?*%\u0000-\u001f]/g, (c) => percent(c))
    .replace(/^\.{1,2}$|[. ]$/, (found) => found.slice(0, -1) + percent(found.slice(-1)))
    .replace(/^\./, '%2E');
  const named = plain === '' ? '%' : DEVICE.test(plain) ? `%${plain}` : plain;
  if (named.length <= MAX_PART) return named;
  const mark = createHash('sha256').update(part).digest('hex').slice(0, 10);
  // The ending says the format.
  return `${named.slice(0, MAX_PART - 30)}~${mark}${named.slice(-19)}`;
}

const percent = (c: string): string =>
  `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** What the paths of a mirror have taken: each path, and the folders above it, whatever their case. */
export class TakenPaths {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  has = (path: string): boolean => {
    const folded = path.toLowerCase();
    if (this.#files.has(folded) || this.#folders.has(folded)) return true;
    return foldersOf(folded).some((folder) => this.#files.has(folder));
  };

  add(path: string): void {
    const folded = path.toLowerCase();
    this.#files.add(folded);
    for (const folder of foldersOf(folded)) this.#folders.add(folder);
  }
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}
