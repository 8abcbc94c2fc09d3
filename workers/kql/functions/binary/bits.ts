import { type Sql, sql } from '../../emit/sql.ts';
import { type Example, type FunctionEntry, scalar } from '../define.ts';
import { ofLongs } from '../value/forms.ts';
import { asLong, once } from '../value/sql.ts';

function ofTwo(
  name: string,
  use: (a: Sql, b: Sql) => Sql,
  js: (a: bigint, b: bigint) => bigint,
  examples: readonly Example[],
): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: ([a, b], context) => (a && b ? use(asLong(a, context), asLong(b, context)) : undefined),
      js: ofLongs((a = 0n, b = 0n) => BigInt.asIntN(64, js(a, b))),
    },
    examples,
  );
}

/** Shifts count modulo 64, as the processor's do; a right shift keeps the sign. */
const count = (bits: Sql): Sql => sql`((${bits} % 64 + 64) % 64)`;

/** DuckDB refuses to shift a negative number or into the sign, so it is multiplied and cut to 64 bits instead. */
const shiftLeft = (value: Sql, bits: Sql): Sql =>
  once(
    count(bits),
    (n) =>
      sql`CAST(((CAST(${value} AS HUGEINT) & (18446744073709551615::HUGEINT >> ${n})) * (1::HUGEINT << ${n}) + 9223372036854775808::HUGEINT) % 18446744073709551616::HUGEINT - 9223372036854775808::HUGEINT AS BIGINT)`,
  );

const shiftRight = (value: Sql, bits: Sql): Sql =>
  once(
    value,
    (v) =>
      sql`CASE WHEN ${v} >= 0 THEN ${v} >> ${count(bits)} ELSE -1 - ((-1 - ${v}) >> ${count(bits)}) END`,
  );

export const bits: readonly FunctionEntry[] = [
  ofTwo(
    'binary_and',
    (a, b) => sql`(${a} & ${b})`,
    (a, b) => a & b,
    [{ kql: 'binary_and(12, 10)', result: '8' }],
  ),
  ofTwo(
    'binary_or',
    (a, b) => sql`(${a} | ${b})`,
    (a, b) => a | b,
    [{ kql: 'binary_or(12, 10)', result: '14' }],
  ),
  ofTwo(
    'binary_xor',
    (a, b) => sql`xor(${a}, ${b})`,
    (a, b) => a ^ b,
    [{ kql: 'binary_xor(12, 10)', result: '6' }],
  ),
  ofTwo('binary_shift_left', shiftLeft, (a, n) => a << (n & 63n), [
    { kql: 'binary_shift_left(1, 2)', result: '4' },
    { kql: 'binary_shift_left(1, 63)', result: '-9223372036854775808' },
    { kql: 'binary_shift_left(-1, 4)', result: '-16' },
  ]),
  ofTwo('binary_shift_right', shiftRight, (a, n) => a >> (n & 63n), [
    { kql: 'binary_shift_right(1, 2)', result: '0' },
    { kql: 'binary_shift_right(-16, 2)', result: '-4' },
  ]),
  scalar(
    'binary_not',
    {
      coerce: false,
      sql: ([a], context) => a && sql`(~${asLong(a, context)})`,
      js: ofLongs((a = 0n) => ~a),
    },
    [{ kql: 'binary_not(100)', result: '-101' }],
  ),
  scalar(
    'bitset_count_ones',
    {
      coerce: false,
      sql: ([a], context) => a && sql`CAST(bit_count(${asLong(a, context)}) AS BIGINT)`,
      js: ofLongs((a = 0n) => BigInt(BigInt.asUintN(64, a).toString(2).replaceAll('0', '').length)),
    },
    [
      { kql: 'bitset_count_ones(42)', result: '3' },
      { kql: 'bitset_count_ones(-1)', result: '64' },
    ],
  ),
];
