/** Names of the fields that follow, of a `#Fields` line; undefined for any other line. */
export function fieldsOfDirective(line: string): string[] | undefined {
  return /^#Fields:\s*(.*)$/i.exec(line)?.[1]?.trim().split(/\s+/);
}

/** The values of a line: `-` is none, free texts may be quoted. */
export function valuesOfLogLine(line: string): (string | null)[] {
  return (line.match(/"(?:[^"]|"")*"|\S+/g) ?? []).map(textOf);
}

function textOf(value: string): string | null {
  if (value === '-') return null;
  return value.startsWith('"') && value.length > 1
    ? value.slice(1, -1).replaceAll('""', '"')
    : value;
}
