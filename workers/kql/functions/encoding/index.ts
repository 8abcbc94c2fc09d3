import type { FunctionEntry } from '../define.ts';
import { base64 } from './base64.ts';
import { compression } from './compress.ts';
import { punycode } from './punycode.ts';
import { urls } from './url.ts';

export const encoding: readonly FunctionEntry[] = [...base64, ...compression, ...urls, ...punycode];
