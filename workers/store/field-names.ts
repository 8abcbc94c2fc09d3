/**
 * Names for the columns of a file. DuckDB compares names without case, KQL with: `Id` and `ID` can stand in one
 * table but not in one file, so a second spelling gets a suffix.
 */
export function fieldNames(columns: readonly string[]): string[] {
  const used = new Set<string>();
  return columns.map((column) => {
    let name = column;
    for (let n = 2; used.has(name.toLowerCase()); n++) name = `${column}_${n}`;
    used.add(name.toLowerCase());
    return name;
  });
}
