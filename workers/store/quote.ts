/** The one place of the store and of ingestion where names and values become SQL text. */

/** `"name"`, with quotes inside doubled. A NUL cannot stand in SQL text and is refused. */
export function ident(name: string): string {
  refuseNul(name);
  return `"${name.replaceAll('"', '""')}"`;
}

/** `'text'`, with quotes inside doubled; DuckDB knows no other escape in a plain literal. */
export function literal(text: string): string {
  refuseNul(text);
  return `'${text.replaceAll("'", "''")}'`;
}

export function literalList(texts: readonly string[]): string {
  return `[${texts.map(literal).join(', ')}]`;
}

/** `{'key': value, …}`; the values are SQL already. */
export function structOf(entries: Iterable<readonly [string, string]>): string {
  return `{${[...entries].map(([key, value]) => `${literal(key)}: ${value}`).join(', ')}}`;
}

/**
 * A path as DuckDB's readers take it: they read `*`, `?` and `[` as a glob, and these files are meant
 * literally, so each such character goes into a bracket expression of its own.
 */
export function pathLiteral(path: string): string {
  return literal(path.replace(/[*?[]/g, '[$&]'));
}

export function pathList(paths: readonly string[]): string {
  return `[${paths.map(pathLiteral).join(', ')}]`;
}

function refuseNul(text: string): void {
  if (text.includes('\0')) throw new RangeError('A NUL character cannot stand in SQL text.');
}
