import type { FunctionEntry } from '../define.ts';
import { bytes } from './bytes.ts';
import { csv } from './csv.ts';
import { ip } from './ip-functions.ts';
import { json } from './json.ts';
import { path } from './path.ts';
import { url } from './url.ts';
import { xml } from './xml.ts';

export const parse: readonly FunctionEntry[] = [
  ...json,
  ...csv,
  ...xml,
  ...url,
  ...path,
  ...bytes,
  ...ip,
];
