import type { Sql } from '../../emit/sql.ts';
import type { SqlArg } from '../define.ts';
import { constantLong } from './sql.ts';

/** How far from zero a whole number can be, where its shape says so: such arithmetic needs no care at 64 bits. */

const INT = 2n ** 31n;
const LONG = 2n ** 63n;

const bounds = new WeakMap<Sql, bigint>();

const size = (value: bigint): bigint => (value < 0n ? -value : value);

export function boundOf(arg: SqlArg): bigint | undefined {
  const constant = constantLong(arg);
  if (constant !== undefined) return size(constant);
  if (arg.type === 'int') return INT;
  return bounds.get(arg.sql);
}

/** The bound of an operation, if it stays below 64 bits. */
export function boundAfter(operator: '+' | '-' | '*', a: SqlArg, b: SqlArg): bigint | undefined {
  const [x, y] = [boundOf(a), boundOf(b)];
  if (x === undefined || y === undefined) return undefined;
  const bound = operator === '*' ? x * y : x + y;
  return bound < LONG ? bound : undefined;
}

export function withBound(piece: Sql, bound: bigint): Sql {
  bounds.set(piece, bound);
  return piece;
}
