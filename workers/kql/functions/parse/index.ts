import type { FunctionEntry, Unavailable } from '../define.ts';
import { bytes } from './bytes.ts';
import { csv } from './csv.ts';
import { ip } from './ip-functions.ts';
import { json } from './json.ts';
import { path } from './path.ts';
import { url } from './url.ts';
import { xml } from './xml.ts';

const later: readonly Unavailable[] = [
  {
    kind: 'later',
    name: 'parse_user_agent',
    reason: 'it needs the rules of the uap-core project, which are not part of Calypso yet',
  },
  {
    kind: 'later',
    name: 'parse_version',
    reason: 'its numbers have up to 32 digits before the point, Calypso holds 20',
  },
];

export const parse: readonly FunctionEntry[] = [
  ...json,
  ...csv,
  ...xml,
  ...url,
  ...path,
  ...bytes,
  ...ip,
  ...later,
];
