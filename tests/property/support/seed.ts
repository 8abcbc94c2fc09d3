import fc from 'fast-check';

/**
 * `PROPERTY_SEED=123` repeats a run: fast-check prints the seed of a failure. Without it the numbers are new each
 * time.
 */
export function seedRuns(runs: number): void {
  const seed = process.env.PROPERTY_SEED;
  fc.configureGlobal({
    numRuns: runs,
    endOnFailure: false,
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  });
}
