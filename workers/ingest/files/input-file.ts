export type Compression = 'none' | 'gzip' | 'zstd';
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1';

/** A file to read. A zip archive has become one of these per entry, extracted to a temporary folder. */
export interface InputFile {
  /** Name to show: the path as given, for an entry of an archive `archive.zip/entry`. */
  readonly name: string;
  readonly path: string;
  /** On disk, compressed or not. */
  readonly bytes: number;
  readonly compression: Compression;
  /** How it reached us, for the report: `zip` for an entry that was extracted. */
  readonly container: Compression | 'zip';
}

/** Ending that tells the format: `.csv` of `x.csv.gz`; '' when there is none. */
export function formatEnding(name: string): string {
  const plain = name.toLowerCase().replace(/\.(gz|gzip|zst|zstd|zip)$/, '');
  return /\.([a-z0-9_]+)$/.exec(plain)?.[1] ?? '';
}

/** Last part of a name, without endings: what a table is named by default. */
export function baseName(name: string): string {
  const last = name.split(/[/\\]/).findLast((part) => part !== '') ?? name;
  return last.replace(/(\.[A-Za-z0-9]+)+$/, '') || last;
}
