import type { FunctionEntry } from '../define.ts';
import { codepoints } from './codepoints.ts';
import { extraction } from './extract.ts';
import { jsonExtraction } from './extract-json.ts';
import { joining } from './join.ts';
import { measuring } from './measure.ts';
import { replacing } from './replace.ts';
import { searching } from './search.ts';
import { slicing } from './slice.ts';

export const string: readonly FunctionEntry[] = [
  ...joining,
  ...measuring,
  ...slicing,
  ...searching,
  ...replacing,
  ...extraction,
  ...jsonExtraction,
  ...codepoints,
];
