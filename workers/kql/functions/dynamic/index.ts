import type { FunctionEntry } from '../define.ts';
import { arrays } from './arrays.ts';
import { bags } from './bags.ts';
import { parseKv } from './parse-kv.ts';
import { range } from './range.ts';
import { sets } from './sets.ts';

export const dynamic: readonly FunctionEntry[] = [
  ...arrays,
  ...bags,
  ...parseKv,
  ...range,
  ...sets,
];
