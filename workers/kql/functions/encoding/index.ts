import { type FunctionEntry, never } from '../define.ts';
import { base64 } from './base64.ts';
import { compression } from './compress.ts';
import { punycode } from './punycode.ts';
import { urls } from './url.ts';

export const encoding: readonly FunctionEntry[] = [
  ...base64,
  ...compression,
  ...urls,
  ...punycode,
  never(
    '__lz4_compress_dynamic_array_to_base64_string',
    'packs the service’s own intermediate states; undocumented',
  ),
];
