/**
 * decimal in TypeScript is its text. Arithmetic is on integers scaled by 10^18, the scale of the
 * DECIMAL(38,18) that the engine holds.
 */
const SCALE = 18;
const ONE = 10n ** 18n;
const LIMIT = 10n ** 38n;
const FORM = /^\s*([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d{1,3}))?\s*$/;

/** The text as an integer of 10^-18 units, rounded half away from zero; undefined where it is no decimal or too large. */
export function scaledOf(text: string): bigint | undefined {
  const parts = FORM.exec(text);
  if (!parts || (parts[2] === '' && parts[3] === '')) return undefined;
  const digits = `${parts[2] ?? ''}${parts[3] ?? ''}`;
  const shift = Number(parts[4] ?? 0) - (parts[3]?.length ?? 0) + SCALE;
  const magnitude =
    shift >= 0
      ? BigInt(digits) * 10n ** BigInt(shift)
      : divideRounded(BigInt(digits), 10n ** BigInt(-shift));
  if (magnitude >= LIMIT) return undefined;
  return parts[1] === '-' ? -magnitude : magnitude;
}

export function decimalOf(scaled: bigint): string | null {
  const magnitude = scaled < 0n ? -scaled : scaled;
  if (magnitude >= LIMIT) return null;
  const whole = (magnitude / ONE).toString();
  const rest = (magnitude % ONE).toString().padStart(SCALE, '0').replace(/0+$/, '');
  const sign = scaled < 0n ? '-' : '';
  return rest === '' ? `${sign}${whole}` : `${sign}${whole}.${rest}`;
}

/** a / b for b > 0, half away from zero. */
function divideRounded(a: bigint, b: bigint): bigint {
  const half = b / 2n;
  return a < 0n ? -((-a + half) / b) : (a + half) / b;
}

export type DecimalOperator = '+' | '-' | '*' | '/' | '%';

/** null for an overflow and for a division by zero. */
export function decimalArithmetic(operator: DecimalOperator, a: string, b: string): string | null {
  const x = scaledOf(a);
  const y = scaledOf(b);
  if (x === undefined || y === undefined) return null;
  switch (operator) {
    case '+':
      return decimalOf(x + y);
    case '-':
      return decimalOf(x - y);
    case '*':
      return decimalOf(divideRounded(x * y, ONE));
    case '/':
      if (y === 0n) return null;
      return decimalOf(y < 0n ? divideRounded(-x * ONE, -y) : divideRounded(x * ONE, y));
    case '%': {
      if (y === 0n) return null;
      const size = y < 0n ? -y : y;
      return decimalOf(((x % size) + size) % size);
    }
  }
}
