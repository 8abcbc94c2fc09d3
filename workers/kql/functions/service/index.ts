import { parseDatetime } from '../../../../common/types/time-text.ts';
import { str } from '../../emit/sql.ts';
import { type FunctionEntry, never, scalar } from '../define.ts';

const ROW_STORE = 'there is no row store: rows that come in are extents at once';

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
  // A cursor is a moment in ticks, so that rows that come later are behind it.
  scalar('cursor_current', { sql: (_, context) => str(context.now.toString()) }, [
    { kql: 'strlen(cursor_current())', result: '18' },
  ]),
  // A cursor's moment: ticks in digits, or a date.
  scalar(
    '__cursor_moment',
    {
      js: {
        call: ([cursor]) => {
          const text = String(cursor);
          return /^\d+$/.test(text) ? BigInt(text) : (parseDatetime(text) ?? null);
        },
      },
    },
    [],
  ),
  scalar('current_cursor', { sql: (_, context) => str(context.now.toString()) }, [
    { kql: 'strlen(current_cursor())', result: '18' },
  ]),
  never(
    'row_id',
    'numbers that the service gives to rows under its row identity policy; extents here have none',
  ),
  never('rowstore_ordinal_range', ROW_STORE),
  never('__invoke', 'the service’s own form of a call of a stored function; undocumented'),
  never('node_id', 'the service’s own number of a graph’s node; undocumented'),
];
