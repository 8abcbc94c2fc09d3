import fc from 'fast-check';

/** The seed of `npm test`: what passed once passes again. */
const USUAL = 20_261_122;

/**
 * `PROPERTY_SEED=random` draws new numbers, `PROPERTY_SEED=123` repeats a run: fast-check prints the seed of a
 * failure.
 */
export function seedRuns(runs: number): void {
  const given = process.env.PROPERTY_SEED ?? String(USUAL);
  fc.configureGlobal({
    numRuns: runs,
    endOnFailure: false,
    ...(given === 'random' ? {} : { seed: Number(given) }),
  });
}
