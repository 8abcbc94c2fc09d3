import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One line of the table: ours, the peer's if there is one, their ratio, and what was promised. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly peer?: number;
  readonly ratio?: number;
  readonly unit: string;
  readonly goal: string;
  readonly ok: boolean;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function printFigures(figures: readonly Figure[]): void {
  console.table(
    figures.map((f) => ({
      figure: f.figure,
      ours: `${f.value.toFixed(f.value < 10 ? 2 : 0)} ${f.unit}`,
      peer: f.peer === undefined ? '' : `${f.peer.toFixed(0)} ${f.unit}`,
      ratio: f.ratio === undefined ? '' : f.ratio.toFixed(2),
      goal: f.goal,
      ok: f.ok ? 'yes' : 'NO',
    })),
  );
}

/** `--name=value` of the command line as a number. */
export function numberArgument(name: string, fallback: number): number {
  const prefix = `--${name}=`;
  const text = process.argv.find((argument) => argument.startsWith(prefix));
  return text === undefined ? fallback : Number(text.slice(prefix.length));
}

/** Whether a module is the file that was started. */
export function isEntry(url: string): boolean {
  return process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(url);
}
