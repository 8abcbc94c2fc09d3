import type { Partition, PathPart } from '../../../common/contract/external.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR, UNIX_EPOCH_TICKS } from '../../../common/types/ticks.ts';

/** Texts of the partitions' values; datetimes as ticks in digits. */
export type PartitionValues = ReadonlyMap<string, string>;

export type Unit = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

/** Specifiers of the .NET format that a path can hold, longest first. */
const SPECIFIERS: readonly (readonly [text: string, unit: Unit, pattern: string])[] = [
  ['yyyy', 'year', '\\d{4}'],
  ['yy', 'year', '\\d{2}'],
  ['MM', 'month', '\\d{2}'],
  ['M', 'month', '\\d{1,2}'],
  ['dd', 'day', '\\d{2}'],
  ['d', 'day', '\\d{1,2}'],
  ['HH', 'hour', '\\d{2}'],
  ['H', 'hour', '\\d{1,2}'],
  ['mm', 'minute', '\\d{2}'],
  ['m', 'minute', '\\d{1,2}'],
  ['ss', 'second', '\\d{2}'],
  ['s', 'second', '\\d{1,2}'],
];

const DEFAULT_PATTERNS: Readonly<Record<string, string>> = {
  startofyear: 'yyyy',
  startofmonth: 'yyyy/MM',
  startofweek: 'yyyy/MM/dd',
  startofday: 'yyyy/MM/dd',
};

/** How a datetime partition stands in a path that doesn't say (the table of the page "Path format"). */
export function defaultPattern(partition: Partition): string {
  const { source } = partition;
  if (source?.function === 'bin') {
    const size = BigInt(source.argument ?? TICKS_PER_DAY);
    if (size % TICKS_PER_DAY === 0n) return 'yyyy/MM/dd';
    return size % TICKS_PER_HOUR === 0n ? 'yyyy/MM/dd/HH' : 'yyyy/MM/dd/HH/mm';
  }
  return DEFAULT_PATTERNS[source?.function ?? ''] ?? 'yyyy/MM/dd';
}

/** The path format with what it leaves out filled in: each partition a folder, in their order. */
export function completePath(
  partitions: readonly Partition[],
  given: readonly PathPart[],
): readonly PathPart[] {
  const parts =
    given.length > 0
      ? given
      : partitions.flatMap((p, i): PathPart[] => [
          ...(i > 0 ? [{ kind: 'text' as const, text: '/' }] : []),
          { kind: 'partition', name: p.name },
        ]);
  return parts.map((part): PathPart => {
    if (part.kind !== 'partition') return part;
    const partition = partitions.find((p) => p.name === part.name);
    return partition?.type === 'datetime'
      ? { kind: 'datetime', name: part.name, pattern: defaultPattern(partition) }
      : part;
  });
}

export const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

interface Piece {
  readonly pattern: string;
  /** The unit that the piece's digits stand for. */
  readonly unit?: Unit;
}

/** A .NET format as pieces: specifiers, `{yyyy}`, `'quoted'` and plain texts. */
export function datetimePieces(format: string): Piece[] {
  const pieces: Piece[] = [];
  let rest = format;
  while (rest !== '') {
    const quoted = /^'([^']*)'/.exec(rest);
    if (quoted) {
      pieces.push({ pattern: escaped(quoted[1] ?? '') });
      rest = rest.slice(quoted[0].length);
      continue;
    }
    const braced = /^\{([^}]*)\}/.exec(rest);
    const text = braced?.[1] ?? rest;
    const specifier = SPECIFIERS.find(([s]) => (braced ? text === s : text.startsWith(s)));
    // In a format with braces all that stands outside of them is text.
    if (specifier && (braced || !format.includes('{'))) {
      pieces.push({ pattern: `(${specifier[2]})`, unit: specifier[1] });
      rest = rest.slice(braced ? braced[0].length : specifier[0].length);
      continue;
    }
    if (braced)
      throw new AppError(
        'input',
        'bad_path_format',
        `{${text}} is no part of a datetime pattern.`,
        {
          hints: ['yyyy, yy, MM, M, dd, d, HH, H, mm, m, ss and s are.'],
        },
      );
    pieces.push({ pattern: escaped(rest.slice(0, 1)) });
    rest = rest.slice(1);
  }
  return pieces;
}

/** Spark's name for a missing value in a path. */
const NO_VALUE = '__HIVE_DEFAULT_PARTITION__';

/** A value as it stands in a path, which may be percent-encoded. */
export function decoded(text: string): string {
  if (text === NO_VALUE) return '';
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Reads the values out of a path below the table's folder; undefined for files that are not where they should be. */
export type ReadPath = (path: string) => PartitionValues | undefined;

/** `path` is relative, with `/` between its parts. */
export function pathReader(
  partitions: readonly Partition[],
  format: readonly PathPart[],
): ReadPath {
  if (partitions.length === 0) return () => new Map();
  const groups: { readonly name: string; readonly unit: Unit | undefined }[] = [];
  const pattern = completePath(partitions, format).map((part) => {
    if (part.kind === 'text') return escaped(part.text);
    if (part.kind === 'partition') {
      groups.push({ name: part.name, unit: undefined });
      return '([^/]*?)';
    }
    return datetimePieces(part.pattern)
      .map((piece) => {
        if (piece.unit) groups.push({ name: part.name, unit: piece.unit });
        return piece.pattern;
      })
      .join('');
  });
  const expression = new RegExp(`^/*${pattern.join('').replace(/^\/+/, '')}(?=/)`);
  return (path) => {
    const found = expression.exec(path.startsWith('/') ? path.slice(1) : path);
    if (!found) return undefined;
    const values = new Map<string, string>();
    const moments = new Map<string, Moment>();
    groups.forEach(({ name, unit }, i) => {
      const text = found[i + 1] ?? '';
      if (unit === undefined) values.set(name, decoded(text));
      else moments.set(name, { ...moments.get(name), [unit]: Number(text) });
    });
    for (const [name, moment] of moments) {
      const ticks = ticksOf(moment);
      if (ticks === undefined) return undefined;
      values.set(name, ticks.toString());
    }
    return values;
  };
}

/** What a path says of a moment. */
export type Moment = Partial<Record<Unit, number>>;

export interface Span {
  /** Ticks, both ends included. */
  readonly start: bigint;
  readonly end: bigint;
}

/** From coarse to fine. */
export const UNITS: readonly Unit[] = ['year', 'month', 'day', 'hour', 'minute', 'second'];

const SECONDS = { day: 86_400, hour: 3_600, minute: 60, second: 1 } as const;

/**
 * The values that a beginning may become, first and last, in a path that is as exact as `finest`: of a year and a
 * month those of the month's first day to its last one.
 */
export function spanOf(moment: Moment, finest: Unit): Span | undefined {
  const known = UNITS.findIndex((unit) => moment[unit] === undefined);
  const units = known < 0 ? UNITS : UNITS.slice(0, known);
  const unit = units.at(-1);
  const start = ticksOf(Object.fromEntries(units.map((u) => [u, moment[u]])));
  if (unit === undefined || start === undefined) return undefined;
  const date = new Date(Number((start - UNIX_EPOCH_TICKS) / 10_000n));
  move(date, unit, 1);
  move(date, finest, -1);
  const end = BigInt(date.getTime()) * 10_000n + UNIX_EPOCH_TICKS;
  return { start, end: end > start ? end : start };
}

function move(date: Date, unit: Unit, by: 1 | -1): void {
  if (unit === 'year') date.setUTCFullYear(date.getUTCFullYear() + by);
  else if (unit === 'month') date.setUTCMonth(date.getUTCMonth() + by);
  else date.setTime(date.getTime() + by * SECONDS[unit] * 1_000);
}

function ticksOf(moment: Moment): bigint | undefined {
  const { year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = moment;
  const date = new Date(0);
  // Two digits mean this century, as .NET's calendar has it until 2049.
  date.setUTCFullYear(year < 100 && moment.year !== undefined ? 2000 + year : year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  // A month 13 would roll over into the next year.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23) return undefined;
  return BigInt(date.getTime()) * 10_000n + UNIX_EPOCH_TICKS;
}

/** The last tick of the stretch that begins with a partition's value. */
export function partitionEnd(partition: Partition, start: bigint): bigint | undefined {
  const { source } = partition;
  switch (source?.function) {
    case 'bin':
      return start + BigInt(source.argument ?? TICKS_PER_DAY) - 1n;
    case 'startofday':
      return start + TICKS_PER_DAY - 1n;
    case 'startofweek':
      return start + 7n * TICKS_PER_DAY - 1n;
    case 'startofmonth':
    case 'startofyear': {
      const date = new Date(Number((start - UNIX_EPOCH_TICKS) / 10_000n));
      const months = source.function === 'startofmonth' ? 1 : 12;
      date.setUTCMonth(date.getUTCMonth() + months);
      return BigInt(date.getTime()) * 10_000n + UNIX_EPOCH_TICKS - 1n;
    }
    default:
      return undefined;
  }
}
