export const percentile = (values: readonly number[], p: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return (
    sorted[Math.min(sorted.length - 1, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN
  );
};

export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, v) => sum + Math.log(v), 0) / values.length);

/** Slow things are run fewer times: some three, and no more once this has passed. */
const ENOUGH_MS = 20_000;

/** `--cpu`: time of all threads instead of time passed, for machines that do other things as well. */
const now = process.argv.includes('--cpu')
  ? (): number => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    }
  : (): number => performance.now();

/** Milliseconds of each of `rounds` runs of both, taken in turns so that neither has the warmer machine. */
export async function alternate(
  ours: () => Promise<unknown>,
  theirs: () => Promise<unknown>,
  rounds = 5,
): Promise<{ readonly ours: number[]; readonly theirs: number[] }> {
  const result = { ours: [] as number[], theirs: [] as number[] };
  const begun = performance.now();
  for (let i = 0; i < rounds; i++) {
    if (i >= 3 && performance.now() - begun > ENOUGH_MS) break;
    let start = now();
    await ours();
    result.ours.push(now() - start);
    start = now();
    await theirs();
    result.theirs.push(now() - start);
  }
  return result;
}
