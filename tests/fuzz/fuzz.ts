import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Verdict } from './world.ts';

export interface Finding {
  readonly number: number;
  readonly text: string;
  readonly what: string;
}

export interface FuzzReport {
  readonly seed: number;
  readonly queries: number;
  /** How many ended as an answer, or as an error of each kind. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly crashes: readonly Finding[];
  /** No word for twice the patience: not even Stop helped. */
  readonly hangs: readonly Finding[];
  /** Stopped after 10 s. */
  readonly slow: readonly Finding[];
  readonly internal: readonly Finding[];
  /** Errors of the text that do not say where. */
  readonly unplaced: readonly Finding[];
  readonly slowestMs: number;
}

type Message =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly verdict: Verdict };

const SILENCE_MS = 25_000;
const PATIENCE_MS = 9_900;
/** A child is renewed after so many, so that a leak of one does not become the fault of another. */
const PER_CHILD = 5_000;

/** Random queries, asked in processes of their own: one that crashes or hangs is noted, and the run goes on. */
export async function fuzz(
  seed: number,
  queries: number,
  tell: (done: number) => void = () => undefined,
): Promise<FuzzReport> {
  const kinds: Record<string, number> = {};
  const found = {
    crashes: [] as Finding[],
    hangs: [] as Finding[],
    slow: [] as Finding[],
    internal: [] as Finding[],
    unplaced: [] as Finding[],
  };
  let slowestMs = 0;

  const judge = (number: number, verdict: Verdict): void => {
    kinds[verdict.kind] = (kinds[verdict.kind] ?? 0) + 1;
    slowestMs = Math.max(slowestMs, verdict.ms);
    const finding = { number, text: verdict.text, what: verdict.message };
    if (verdict.kind === 'internal') found.internal.push(finding);
    if (verdict.ms > PATIENCE_MS) found.slow.push(finding);
    if (!verdict.placed) found.unplaced.push(finding);
  };

  /** Runs one child and gives the number at which the next one starts. */
  const child = (from: number, to: number): Promise<number> =>
    new Promise((resolve) => {
      const asking = { number: from, text: '' };
      let killed = false;
      const worker = fork(fileURLToPath(new URL('child.ts', import.meta.url)), [
        String(seed),
        String(from),
        String(to),
      ]);
      const silence = setTimeout(() => {
        killed = true;
        worker.kill('SIGKILL');
      }, SILENCE_MS);
      worker.on('message', (message: Message) => {
        silence.refresh();
        if ('text' in message) Object.assign(asking, message);
        else {
          judge(message.number, message.verdict);
          asking.number = message.number + 1;
          asking.text = '';
        }
      });
      worker.on('exit', (code, signal) => {
        clearTimeout(silence);
        if (code === 0) return resolve(to);
        const what = killed ? 'silent' : `exit ${code ?? signal}`;
        (killed ? found.hangs : found.crashes).push({ ...asking, what });
        resolve(asking.number + 1);
      });
    });

  for (let from = 0; from < queries; ) {
    from = await child(from, Math.min(queries, from + PER_CHILD));
    tell(from);
  }
  return { seed, queries, kinds, ...found, slowestMs };
}
