/** Coasts and borders as one line with gaps, in degrees. */
export interface Outline {
  readonly longitudes: readonly (number | null)[];
  readonly latitudes: readonly (number | null)[];
}

/** Half of the way round, in hundredths of a degree. */
const HALF_ROUND = 18_000;

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
      const step = steps[i] ?? 0;
      x += step;
      y += steps[i + 1] ?? 0;
      // From one edge of the map to the other there is no line.
      if (i > 0 && Math.abs(step) > HALF_ROUND) {
        longitudes.push(null);
        latitudes.push(null);
      }
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
