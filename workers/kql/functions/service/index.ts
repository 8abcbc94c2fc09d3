import { str } from '../../emit/sql.ts';
import { type FunctionEntry, scalar, type Unavailable } from '../define.ts';

const later = (name: string, reason: string): Unavailable => ({ kind: 'later', name, reason });

const EXTENTS = 'scans do not hand out the extent that a row comes from yet';
const CURSORS = 'database cursors are not kept yet';
const ROWS = 'rows carry no number of their own in an extent';

/**
 * Functions that ask a service about itself. There is one person at a desk and one machine: both are called
 * `local`, and membership in a directory's groups is nobody's.
 */
export const service: readonly FunctionEntry[] = [
  scalar('current_cluster_endpoint', { sql: () => str('local') }, [
    { kql: 'current_cluster_endpoint()', result: 'local' },
  ]),
  scalar('current_principal', { sql: () => str('local') }, [
    { kql: 'current_principal()', result: 'local' },
  ]),
  scalar(
    'current_principal_details',
    {
      sql: () =>
        str(
          '{"UserPrincipalName":"local","IdentityProvider":"","FQN":"local","DisplayName":"local"}',
        ),
    },
    [{ kql: 'current_principal_details().FQN', result: 'local' }],
  ),
  scalar('current_principal_is_member_of', { js: { nulls: 'pass', call: () => false } }, [
    { kql: 'current_principal_is_member_of("aadgroup=a@b.c")', result: 'False' },
  ]),
  scalar('current_node_id', { sql: () => str('local') }, [
    { kql: 'current_node_id()', result: 'local' },
  ]),
  later('extent_id', EXTENTS),
  later('extentid', EXTENTS),
  later('extent_tags', EXTENTS),
  later('ingestion_time', EXTENTS),
  later('row_id', ROWS),
  later('rowstore_ordinal_range', ROWS),
  later('cursor_after', CURSORS),
  later('cursor_before_or_at', CURSORS),
  later('cursor_current', CURSORS),
  later('current_cursor', CURSORS),
];
