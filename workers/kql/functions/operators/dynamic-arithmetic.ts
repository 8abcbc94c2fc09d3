import type { Dynamic } from '../define.ts';
import { convertValue } from '../value/convert.ts';
import type { DecimalOperator } from '../value/decimal.ts';

/** Two dynamics: longs stay longs, anything else that reads as a number is a real (page "The dynamic data type"). */
export function dynamicArithmetic(operator: DecimalOperator, a: Dynamic, b: Dynamic): Dynamic {
  if (typeof a === 'bigint' && typeof b === 'bigint') return longArithmetic(operator, a, b);
  const x = convertValue(a, 'dynamic', 'real');
  const y = convertValue(b, 'dynamic', 'real');
  if (typeof x !== 'number' || typeof y !== 'number') return null;
  switch (operator) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case '/':
      return x / y;
    case '%': {
      const rest = x % y;
      return rest < 0 ? rest + Math.abs(y) : rest;
    }
  }
}

function longArithmetic(operator: DecimalOperator, a: bigint, b: bigint): bigint | null {
  switch (operator) {
    case '+':
      return BigInt.asIntN(64, a + b);
    case '-':
      return BigInt.asIntN(64, a - b);
    case '*':
      return BigInt.asIntN(64, a * b);
    case '/':
      return b === 0n ? null : BigInt.asIntN(64, a / b);
    case '%': {
      if (b === 0n) return null;
      const size = b < 0n ? -b : b;
      return ((a % size) + size) % size;
    }
  }
}
