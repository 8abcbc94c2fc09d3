import type { FunctionEntry } from '../define.ts';
import { units } from './convert-units.ts';
import { distributions } from './distributions.ts';
import { elementary } from './elementary.ts';

export const math: readonly FunctionEntry[] = [...elementary, ...distributions, ...units];
