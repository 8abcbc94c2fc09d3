import type { HostContext } from '../context.ts';

/** The tables of a database whose names are words of a query. */
export function namedTables(
  { catalog }: HostContext,
  database: string,
  query: string,
): readonly string[] {
  const words = new Set(
    query
      .match(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[\p{L}\p{N}_]+/gu)
      ?.map((word) => word.replace(/^["']|["']$/g, '')),
  );
  return catalog.tables
    .list(catalog.databases.get(database))
    .map((table) => table.name)
    .filter((name) => words.has(name));
}
