import type { FunctionEntry } from '../define.ts';
import { hllFunctions } from './hll-functions.ts';
import { tdigestFunctions } from './tdigest-functions.ts';

/** Sketches: states of dcount and percentiles that can be stored, merged and finished. */
export const sketch: readonly FunctionEntry[] = [...hllFunctions, ...tdigestFunctions];
