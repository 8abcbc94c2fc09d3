/** Lines of a text, counted from 1, as the editor's model has them. */
export interface Lines {
  readonly count: number;
  isBlank(line: number): boolean;
}

export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The block that a run would take: the lines between blank lines around a line. On a blank line it is the
 * block above it, or below it where there is none above. Undefined when all lines are blank.
 */
export function blockAround(lines: Lines, line: number): LineRange | undefined {
  const within = nearest(lines, line);
  if (within === undefined) return undefined;
  let first = within;
  let last = within;
  while (first > 1 && !lines.isBlank(first - 1)) first -= 1;
  while (last < lines.count && !lines.isBlank(last + 1)) last += 1;
  return { first, last };
}

function nearest(lines: Lines, line: number): number | undefined {
  for (let above = line; above >= 1; above--) if (!lines.isBlank(above)) return above;
  for (let below = line + 1; below <= lines.count; below++) if (!lines.isBlank(below)) return below;
  return undefined;
}
