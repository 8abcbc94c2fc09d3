import type { FunctionEntry } from '../define.ts';
import { bits } from './bits.ts';
import { hashes } from './hash.ts';
import { size } from './size.ts';

export const binary: readonly FunctionEntry[] = [...bits, ...hashes, ...size];
