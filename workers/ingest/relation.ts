import type { JsonPath } from './json-path.ts';

/** A value of a source row as SQL over the relation, with DuckDB's type of it. */
export interface SourceValue {
  readonly sql: string;
  readonly storage: string;
}

/** Files as something to select from, and how to get at their values. */
export interface Relation {
  /** What stands after FROM. */
  readonly from: string;
  /** By position from 0; undefined when there are fewer fields. */
  readonly field: (ordinal: number) => SourceValue | undefined;
  readonly path: (path: JsonPath) => SourceValue | undefined;
  /** SQL that yields the name of the row's file, as shown to the user. */
  readonly fileName: string;
  /** SQL that yields the row's number in its file, from 1; present when numbers were asked for. */
  readonly rowNumber?: string;
  /** What reading found out while it went over the data. */
  readonly notes: readonly string[];
}

/** SQL that turns a file's path into the name that the user gave. */
export function nameOfPath(
  filename: string,
  files: readonly { readonly path: string; readonly name: string }[],
  quote: (text: string) => string,
): string {
  const [only] = files;
  if (files.length === 1 && only) return quote(only.name);
  const branches = files.map((f) => `WHEN ${quote(f.path)} THEN ${quote(f.name)}`);
  return `CASE ${filename} ${branches.join(' ')} END`;
}
