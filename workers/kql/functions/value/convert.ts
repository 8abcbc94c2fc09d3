import type { KqlType } from '../../../../common/types/kql-type.ts';
import { MAX_DATETIME_TICKS } from '../../../../common/types/ticks.ts';
import { parseDatetime, parseTimespan } from '../../../../common/types/time-text.ts';
import type { Dynamic, Value } from '../define.ts';
import { decimalOf, scaledOf } from './decimal.ts';
import { parseDynamic } from './dynamic.ts';
import { dynamicText, textOf } from './text.ts';

const MAX_LONG = 2n ** 63n - 1n;
const MIN_LONG = -(2n ** 63n);
const MAX_INT = 2147483647;
const MIN_INT = -2147483648;

const INTEGER = /^\s*[-+]?\d+\s*$/;
const HEX = /^\s*0[xX]([0-9a-fA-F]{1,16})\s*$/;
const REAL = /^\s*[-+]?(\d+(?:\.\d*)?|\.\d+)([eE][-+]?\d+)?\s*$/;
/** The engine takes `Inf` and `Infinity`, not `INF`. */
const REAL_WORD = /^\s*([-+]?)(nan|NaN|inf|Inf|infinity|Infinity)\s*$/;

function longOfText(text: string): bigint | null {
  const hex = HEX.exec(text);
  if (hex) return BigInt.asIntN(64, BigInt(`0x${hex[1]}`));
  if (!INTEGER.test(text)) return null;
  const value = BigInt(text.trim().replace(/^\+/, ''));
  return value > MAX_LONG || value < MIN_LONG ? null : value;
}

function intOfText(text: string): number | null {
  const hex = HEX.exec(text);
  if (hex)
    return (hex[1]?.length ?? 0) > 8 ? null : Number(BigInt.asIntN(32, BigInt(`0x${hex[1]}`)));
  const value = longOfText(text);
  return value === null || value > MAX_INT || value < MIN_INT ? null : Number(value);
}

export function realOfText(text: string): number | null {
  if (REAL.test(text)) return Number(text);
  const word = REAL_WORD.exec(text);
  if (!word) return null;
  if (word[2]?.toLowerCase() === 'nan') return Number.NaN;
  return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Cuts the fraction off and stays within 64 bits; null for nan and the infinities. */
function longOfReal(value: number): bigint | null {
  if (!Number.isFinite(value)) return null;
  if (value >= 2 ** 63) return MAX_LONG;
  if (value <= -(2 ** 63)) return MIN_LONG;
  return BigInt(Math.trunc(value));
}

function intOfReal(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  return Math.min(MAX_INT, Math.max(MIN_INT, Math.trunc(value))) + 0;
}

function boolOfText(text: string): boolean | null {
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  const number = longOfText(text);
  return number === null ? null : number !== 0n;
}

export function guidOfText(text: string): string | null {
  const t = text.trim();
  const bare = /^\{.*\}$/.test(t) || /^\(.*\)$/.test(t) ? t.slice(1, -1) : t;
  const parts =
    /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i.exec(bare);
  return parts ? parts.slice(1).join('-').toLowerCase() : null;
}

function datetimeOf(ticks: bigint | null | undefined): bigint | null {
  return ticks === null || ticks === undefined || ticks < 0n || ticks > MAX_DATETIME_TICKS
    ? null
    : ticks;
}

/** The type that a value inside a dynamic has of itself. */
function natural(value: Dynamic): KqlType {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'long';
    case 'number':
      return 'real';
    case 'string':
      return 'string';
  }
  return 'dynamic';
}

function long(value: Value, from: KqlType): bigint | null {
  switch (from) {
    case 'string':
      return longOfText(value as string);
    case 'real':
      return longOfReal(value as number);
    case 'bool':
      return value === true ? 1n : 0n;
    case 'decimal': {
      const scaled = scaledOf(String(value));
      return scaled === undefined ? null : scaled / 10n ** 18n;
    }
    case 'guid':
    case 'dynamic':
      return null;
    default:
      return BigInt(value as bigint | number);
  }
}

function real(value: Value, from: KqlType): number | null {
  switch (from) {
    case 'string':
      return realOfText(value as string);
    case 'bool':
      return value === true ? 1 : 0;
    case 'guid':
    case 'dynamic':
      return null;
    default:
      return Number(value);
  }
}

function int(value: Value, from: KqlType): number | null {
  if (from === 'int') return value as number;
  if (from === 'string') return intOfText(value as string);
  if (from === 'real') return intOfReal(value as number);
  const whole = long(value, from);
  return whole === null ? null : Number(BigInt.asIntN(32, whole));
}

function bool(value: Value, from: KqlType): boolean | null {
  if (from === 'string') return boolOfText(value as string);
  const number = real(value, from);
  return number === null ? null : number !== 0;
}

function decimal(value: Value, from: KqlType): string | null {
  if (from === 'guid' || from === 'dynamic') return null;
  const text = from === 'bool' ? (value === true ? '1' : '0') : String(value);
  const scaled = scaledOf(text);
  return scaled === undefined ? null : decimalOf(scaled);
}

function datetime(value: Value, from: KqlType): bigint | null {
  return datetimeOf(from === 'string' ? parseDatetime(value as string) : long(value, from));
}

function timespan(value: Value, from: KqlType): bigint | null {
  return from === 'string' ? (parseTimespan(value as string) ?? null) : long(value, from);
}

/** A value as a part of a dynamic: what JSON has no type for becomes its text. */
export function intoDynamic(value: Value, from: KqlType): Dynamic {
  switch (from) {
    case 'int':
      return value === null ? null : BigInt(value as number);
    case 'datetime':
    case 'timespan':
    case 'decimal':
      return value === null ? null : textOf(value, from);
    default:
      return value;
  }
}

/** The KQL conversion `to<type>`; null where the value has no such form. A dynamic is converted by what it holds. */
export function convertValue(value: Value, from: KqlType, to: KqlType): Value {
  if (to === 'string') return from === 'dynamic' ? dynamicText(value) : textOf(value, from);
  if (value === null || from === to) return value;
  if (to === 'dynamic')
    return from === 'string' ? parseDynamic(value as string) : intoDynamic(value, from);
  const type = from === 'dynamic' ? natural(value) : from;
  if (type === to) return value;
  switch (to) {
    case 'int':
      return int(value, type);
    case 'long':
      return long(value, type);
    case 'real':
      return real(value, type);
    case 'bool':
      return bool(value, type);
    case 'decimal':
      return decimal(value, type);
    case 'datetime':
      return datetime(value, type);
    case 'timespan':
      return timespan(value, type);
    case 'guid':
      return type === 'string' ? guidOfText(value as string) : null;
  }
}
