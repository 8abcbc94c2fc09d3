import { sql } from '../../emit/sql.ts';
import { type FunctionEntry, scalar } from '../define.ts';
import { as } from '../value/sql.ts';

/** Three-valued, as in SQL: `null and false` is false, `null and true` null. */
export const logic: readonly FunctionEntry[] = [
  scalar(
    'op_And',
    {
      coerce: false,
      sql: ([a, b], context) =>
        a && b ? sql`(${as(a, 'bool', context)} AND ${as(b, 'bool', context)})` : undefined,
    },
    [
      { kql: '1 == 1 and 2 == 3', result: 'False' },
      { kql: 'bool(null) and false', result: 'False' },
      { kql: 'bool(null) and true', result: '' },
    ],
  ),
  scalar(
    'op_Or',
    {
      coerce: false,
      sql: ([a, b], context) =>
        a && b ? sql`(${as(a, 'bool', context)} OR ${as(b, 'bool', context)})` : undefined,
    },
    [
      { kql: '1 == 1 or 2 == 3', result: 'True' },
      { kql: 'bool(null) or true', result: 'True' },
    ],
  ),
];
