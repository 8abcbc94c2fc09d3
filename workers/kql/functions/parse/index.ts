import { type FunctionEntry, never } from '../define.ts';
import { bytes } from './bytes.ts';
import { csv } from './csv.ts';
import { ip } from './ip-functions.ts';
import { json } from './json.ts';
import { path } from './path.ts';
import { url } from './url.ts';
import { userAgent } from './user-agent.ts';
import { version } from './version.ts';
import { xml } from './xml.ts';

/** Names that only the service's own query texts use; what they give is not published. */
const INTERNAL = 'the service calls it inside its own plugins; undocumented';

export const parse: readonly FunctionEntry[] = [
  ...json,
  ...csv,
  ...xml,
  ...url,
  ...path,
  ...bytes,
  ...ip,
  ...userAgent,
  ...version,
  never('__ipv6_lookup_ranges', INTERNAL),
];
