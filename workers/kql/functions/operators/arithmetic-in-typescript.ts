import type { KqlType } from '../../../../common/types/kql-type.ts';
import { MAX_DATETIME_TICKS } from '../../../../common/types/ticks.ts';
import type { JsForm, Value } from '../define.ts';
import { convertValue } from '../value/convert.ts';
import { type DecimalOperator, decimalArithmetic } from '../value/decimal.ts';
import { dynamicArithmetic, real, whole } from './dynamic-arithmetic.ts';

const MAX_LONG = 2n ** 63n - 1n;
const isTime = (type: KqlType): boolean => type === 'datetime' || type === 'timespan';
const isWhole = (type: KqlType): boolean => type === 'int' || type === 'long' || type === 'bool';

/** The type as which an operand is computed; a dynamic becomes what the other side and the result ask for. */
export function operandType(
  own: KqlType,
  other: KqlType,
  result: KqlType,
  operator: DecimalOperator,
): KqlType {
  if (own !== 'dynamic') return own;
  if (other === 'datetime')
    return operator === '-' && result === 'timespan' ? 'datetime' : 'timespan';
  if (result === 'datetime') return 'datetime';
  if (other === 'timespan') return result === 'timespan' && operator !== '*' ? 'timespan' : 'real';
  return result === 'int' ? 'long' : result;
}

/** Ticks that leave 64 bits, or a datetime the calendar, give null. */
function ticks(value: bigint | null, type: KqlType): bigint | null {
  if (value === null) return null;
  if (type === 'datetime') return value < 0n || value > MAX_DATETIME_TICKS ? null : value;
  return value > MAX_LONG || value < -MAX_LONG - 1n ? null : value;
}

const bigint = (value: Value, type: KqlType): bigint => {
  const long = typeof value === 'bigint' ? value : convertValue(value, type, 'long');
  return typeof long === 'bigint' ? long : 0n;
};

function time(
  operator: DecimalOperator,
  [a, left]: readonly [Value, KqlType],
  [b, right]: readonly [Value, KqlType],
  result: KqlType,
): Value {
  if (result === 'real') return Number(a) / Number(b);
  const exact = (isTime(left) || isWhole(left)) && (isTime(right) || isWhole(right));
  if (exact) return ticks(whole(operator, bigint(a, left), bigint(b, right)), result);
  const value = real(operator, Number(a), Number(b));
  return Number.isFinite(value) ? ticks(BigInt(Math.trunc(value)), result) : null;
}

/** The whole of arithmetic in TypeScript: for decimals and dynamics, which SQL can't say, and for steps. */
export function arithmeticForm(operator: DecimalOperator): JsForm {
  return {
    call: ([x = null, y = null], [own = 'dynamic', other = 'dynamic'], result) => {
      if (own === 'dynamic' && other === 'dynamic') return dynamicArithmetic(operator, x, y);
      const left = operandType(own, other, result, operator);
      const right = operandType(other, own, result, operator);
      const a = left === own ? x : convertValue(x, own, left);
      const b = right === other ? y : convertValue(y, other, right);
      if (a === null || b === null) return null;
      if (isTime(left) || isTime(right)) return time(operator, [a, left], [b, right], result);
      if (left === 'decimal' || right === 'decimal') {
        const p = convertValue(a, left, 'decimal');
        const q = convertValue(b, right, 'decimal');
        if (typeof p !== 'string' || typeof q !== 'string') return null;
        return decimalArithmetic(operator, p, q);
      }
      if (left === 'real' || right === 'real') return real(operator, Number(a), Number(b));
      const value = whole(operator, bigint(a, left), bigint(b, right));
      return value === null ? null : BigInt.asIntN(64, value);
    },
  };
}
