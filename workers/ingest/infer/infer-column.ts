import type { MappedColumn } from '../../../common/contract/ingest.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';
import { findDateForm } from './date-formats.ts';
import { epochUnit, isTicks } from './epoch.ts';
import { isGroupedNumber, isLong, isNullText, isReal, TYPE_TESTS } from './text-patterns.ts';

/** What the texts of a column are, and how they are written. */
export interface Inferred {
  readonly type: KqlType;
  /** strptime format of dates, or `ticks`. */
  readonly format?: string;
  /** Character between groups of digits. */
  readonly thousands?: string;
  readonly transform?: MappedColumn['transform'];
  /** Said to the user: `dates read as …`. */
  readonly note?: string;
}

const STRING: Inferred = { type: 'string' };

/** Infers a column's type from the texts seen; null and texts like `NA` say nothing. */
export function inferColumn(name: string, texts: Iterable<string | null>): Inferred {
  const values: string[] = [];
  for (const text of texts) if (text !== null && !isNullText(text)) values.push(text);
  if (values.length === 0) return STRING;
  const type = TYPE_TESTS.find(([, test]) => everyText(values, test))?.[0];
  if (type === 'long') return inferLong(name, values);
  if (type !== undefined) return { type };
  return inferGrouped(values) ?? inferDates(values) ?? STRING;
}

function everyText(values: readonly string[], test: (text: string) => boolean): boolean {
  for (const value of values) if (!test(value)) return false;
  return true;
}

function inferLong(name: string, values: readonly string[]): Inferred {
  let least = BigInt(values[0] ?? 0);
  let most = least;
  for (const text of values) {
    const value = BigInt(text.trim().replace(/^\+/, ''));
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const transform = epochUnit(name, least, most);
  if (transform !== undefined)
    return {
      type: 'datetime',
      transform,
      note: `${name}: numbers read as ${EPOCH_WORDS[transform] ?? transform} since 1970 (by name and range)`,
    };
  if (isTicks(name, least, most))
    return { type: 'datetime', format: 'ticks', note: `${name}: numbers read as .NET ticks` };
  return { type: 'long' };
}

const EPOCH_WORDS: Readonly<Record<string, string>> = {
  DateTimeFromUnixSeconds: 'seconds',
  DateTimeFromUnixMilliseconds: 'milliseconds',
  DateTimeFromUnixMicroseconds: 'microseconds',
  DateTimeFromUnixNanoseconds: 'nanoseconds',
};

function inferGrouped(values: readonly string[]): Inferred | undefined {
  if (!values.some(isGroupedNumber)) return undefined;
  const plain = values.map((v) => v.replaceAll(',', ''));
  if (!values.every((v) => isGroupedNumber(v) || (isReal(v) && Math.abs(Number(v)) < 1000)))
    return undefined;
  return plain.every(isLong) ? { type: 'long', thousands: ',' } : { type: 'real', thousands: ',' };
}

function inferDates(values: readonly string[]): Inferred | undefined {
  const form = findDateForm(values);
  if (form === undefined) return undefined;
  return {
    type: 'datetime',
    format: form.format,
    ...(form.ambiguous ? { note: `dates read as ${form.format}, month first` } : {}),
  };
}

/** The narrowest type that holds both without losing a digit. */
export function unify(a: KqlType, b: KqlType): KqlType {
  if (a === b) return a;
  const pair = new Set([a, b]);
  if (pair.has('long') && pair.has('int')) return 'long';
  if (pair.has('real') && (pair.has('long') || pair.has('int'))) return 'real';
  if (pair.has('decimal') && (pair.has('long') || pair.has('int'))) return 'decimal';
  if (pair.has('dynamic') && !pair.has('string')) return 'dynamic';
  return pair.has('dynamic') ? 'dynamic' : 'string';
}
