import type { KqlType } from '../../../../common/types/kql-type.ts';
import type { JsForm, Value } from '../define.ts';
import { convertValue } from './convert.ts';
import { textOf } from './text.ts';

const as = (args: readonly Value[], types: readonly KqlType[], i: number, to: KqlType): Value =>
  convertValue(args[i] ?? null, types[i] ?? to, to);

/** An argument as text, as `tostring` gives it. */
export const textAt = (args: readonly Value[], types: readonly KqlType[], i: number): string =>
  textOf(args[i] ?? null, types[i] ?? 'string');

/** An argument as a long; null where it is none. */
export function longAt(
  args: readonly Value[],
  types: readonly KqlType[],
  i: number,
): bigint | null {
  const value = as(args, types, i, 'long');
  return typeof value === 'bigint' ? value : null;
}

/** An argument as a real; null where it is none. */
export function realAt(
  args: readonly Value[],
  types: readonly KqlType[],
  i: number,
): number | null {
  const value = as(args, types, i, 'real');
  return typeof value === 'number' ? value : null;
}

/** The TypeScript form of a function of texts; null counts as the empty text. */
export function ofTexts(call: (...texts: string[]) => Value): JsForm {
  return {
    nulls: 'pass',
    call: (args, types) => call(...args.map((_, i) => textAt(args, types, i))),
  };
}

/** The TypeScript form of a function of reals; null where one of them is none. */
export function ofReals(call: (...reals: number[]) => number | boolean | null): JsForm {
  return {
    call: (args, types) => {
      const reals = args.map((_, i) => realAt(args, types, i));
      return reals.includes(null) ? null : call(...(reals as number[]));
    },
  };
}

/** The TypeScript form of a function of longs; null where one of them is none. */
export function ofLongs(call: (...longs: bigint[]) => Value): JsForm {
  return {
    call: (args, types) => {
      const longs = args.map((_, i) => longAt(args, types, i));
      return longs.includes(null) ? null : call(...(longs as bigint[]));
    },
  };
}

/** A datetime argument's ticks; null where it is none. */
export function ticksAt(
  args: readonly Value[],
  types: readonly KqlType[],
  i: number,
): bigint | null {
  const value = as(args, types, i, 'datetime');
  return typeof value === 'bigint' ? value : null;
}

/** A whole quotient, rounded toward minus infinity. */
export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

/** Small letters one by one, as DuckDB's `lower` makes them: no letter becomes two, and no place matters. */
export function lower(text: string): string {
  return mapLetters(text, (c) => c.toLowerCase());
}

export function upper(text: string): string {
  return mapLetters(text, (c) => (c === 'ß' ? 'ẞ' : c.toUpperCase()));
}

function mapLetters(text: string, change: (letter: string) => string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what it says.
  if (/^[\x00-\x7f]*$/.test(text)) return change(text);
  let out = '';
  for (const letter of text) {
    const changed = change(letter);
    out += changed.length === letter.length ? changed : letter;
  }
  return out;
}
