import type { Dynamic } from '../define.ts';
import { convertValue } from '../value/convert.ts';
import type { DecimalOperator } from '../value/decimal.ts';

/** Two dynamics: longs stay longs, anything else that reads as a number is a real (page "The dynamic data type"). */
export function dynamicArithmetic(operator: DecimalOperator, a: Dynamic, b: Dynamic): Dynamic {
  if (typeof a === 'bigint' && typeof b === 'bigint') {
    const result = whole(operator, a, b);
    return result === null ? null : BigInt.asIntN(64, result);
  }
  const x = convertValue(a, 'dynamic', 'real');
  const y = convertValue(b, 'dynamic', 'real');
  if (typeof x !== 'number' || typeof y !== 'number') return null;
  return real(operator, x, y);
}

/** The result lies in 0 … |divisor| (page "Numerical operators"). */
function moduloOf(a: number, b: number): number {
  const rest = a % b;
  return rest < 0 ? rest + Math.abs(b) : rest;
}

/** Two whole numbers, in as many bits as it takes; null for a division by zero. */
export function whole(operator: DecimalOperator, a: bigint, b: bigint): bigint | null {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0n ? null : a / b;
    case '%': {
      if (b === 0n) return null;
      const rest = a % b;
      return rest < 0n ? rest + (b < 0n ? -b : b) : rest;
    }
  }
}

export function real(operator: DecimalOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return moduloOf(a, b);
  }
}
