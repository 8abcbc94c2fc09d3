/** Coasts and borders as one line with gaps, in degrees. */
export interface Outline {
  readonly longitudes: readonly (number | null)[];
  readonly latitudes: readonly (number | null)[];
}

let outline: Outline = { longitudes: [], latitudes: [] };
let loading: Promise<void> | undefined;

/** Each line: its first point, then steps, in hundredths of a degree. */
export function decodeOutline(lines: readonly string[]): Outline {
  const longitudes: (number | null)[] = [];
  const latitudes: (number | null)[] = [];
  for (const line of lines) {
    const steps = line.split(' ').map(Number);
    let x = 0;
    let y = 0;
    for (let i = 0; i + 1 < steps.length; i += 2) {
      x += steps[i] ?? 0;
      y += steps[i + 1] ?? 0;
      longitudes.push(x / 100);
      latitudes.push(y / 100);
    }
    longitudes.push(null);
    latitudes.push(null);
  }
  return { longitudes, latitudes };
}

/** The outline is a file of its own that only maps need. */
export function loadOutline(): Promise<void> {
  loading ??= import('./outline.json').then(({ default: { lines } }) => {
    outline = decodeOutline(lines);
  });
  return loading;
}

export const currentOutline = (): Outline => outline;
