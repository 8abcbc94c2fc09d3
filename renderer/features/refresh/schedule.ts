/** Milliseconds between the end of a run and the next one, as a person may choose. */
export const INTERVALS = [
  { ms: 1_000, label: '1 s' },
  { ms: 5_000, label: '5 s' },
  { ms: 10_000, label: '10 s' },
  { ms: 30_000, label: '30 s' },
  { ms: 60_000, label: '1 min' },
  { ms: 300_000, label: '5 min' },
] as const;

export interface Refreshing {
  readonly everyMs: number;
  /** Milliseconds since 1970 of the end of the last run. */
  readonly endedAt: number;
  readonly running: boolean;
  /** Why the last run failed; '' if it did not. */
  readonly error: string;
}

export interface Circumstances {
  readonly now: number;
  /** The rows are on a screen that somebody can see. */
  readonly seen: boolean;
  /** The person's own run is under way. */
  readonly busy: boolean;
}

/** Whether the next run begins now: never beside another, and never where nobody sees it. */
export function isDue(refreshing: Refreshing, { now, seen, busy }: Circumstances): boolean {
  const { running, endedAt, everyMs } = refreshing;
  return seen && !busy && !running && now - endedAt >= everyMs;
}

export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  return `${Math.floor(seconds / 3_600)} h ago`;
}
