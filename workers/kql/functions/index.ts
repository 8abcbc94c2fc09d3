import { aggregates } from './aggregates/index.ts';
import type { FunctionEntry } from './define.ts';

/** One line per family. */
export const families: readonly (readonly FunctionEntry[])[] = [aggregates];
