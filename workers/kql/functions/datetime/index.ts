import type { FunctionEntry } from '../define.ts';
import { bins } from './bin.ts';
import { calendar } from './calendar.ts';
import { formatting } from './format.ts';
import { making } from './make.ts';
import { parts } from './parts.ts';
import { zones } from './zones.ts';

export const datetime: readonly FunctionEntry[] = [
  ...parts,
  ...calendar,
  ...bins,
  ...making,
  ...formatting,
  ...zones,
];
