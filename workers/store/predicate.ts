import type { PruningRange, StoredColumn } from '../../common/contract/store.ts';
import type { KqlType } from '../../common/types/kql-type.ts';
import { MAX_DATETIME_TICKS, TICKS_PER_DAY, UNIX_EPOCH_TICKS } from '../../common/types/ticks.ts';
import { storageFamily } from './kql-storage.ts';
import { literal } from './quote.ts';

/**
 * `min <= column <= max` said in the type that the file holds, so that DuckDB prunes row groups before the
 * column is converted. It may let more rows through than the range (bounds are rounded outward), never fewer;
 * the exact condition stays with the query. Undefined: nothing useful can be said.
 */
export function storedPredicate(
  name: string,
  column: StoredColumn,
  range: PruningRange,
): string | undefined {
  const low = range.min === undefined ? undefined : boundOf(column, range.min, 'low');
  const high = range.max === undefined ? undefined : boundOf(column, range.max, 'high');
  const texts = textsOf(column, range.values);
  const terms = [
    ...(low === undefined ? [] : [`${name} >= ${low}`]),
    ...(high === undefined ? [] : [`${name} <= ${high}`]),
    ...(texts === undefined ? [] : [`${name} IN (${texts.map(literal).join(', ')})`]),
  ];
  return terms.length === 0 ? undefined : terms.join(' AND ');
}

/** The texts that a column may have, as the file holds them; a missing one reads as ''. */
function textsOf(
  column: StoredColumn,
  values: readonly string[] | undefined,
): readonly string[] | undefined {
  const plain = column.type === 'string' && column.storage === 'VARCHAR';
  return plain && values?.every((v) => v !== '' && !v.includes('\0')) ? values : undefined;
}

type Side = 'low' | 'high';

function boundOf(column: StoredColumn, bound: string, side: Side): string | undefined {
  const family = storageFamily(column.storage);
  switch (family) {
    case 'date':
    case 'timestamp':
    case 'timestampTz':
    case 'timestampNs':
      return column.type === 'datetime' ? timeBound(column.storage, bound, side) : undefined;
    case 'smallInt':
    case 'bigInt':
    case 'wideInt':
      return isIntegral(column.type) && /^-?\d{1,38}$/.test(bound) ? bound : undefined;
    case 'text':
      return column.type === 'string' && column.storage === 'VARCHAR' && !bound.includes('\0')
        ? textBound(column, bound, side)
        : undefined;
    default:
      return undefined;
  }
}

/** A NULL text reads as '', which a comparison in the file would lose. */
function textBound(column: StoredColumn, bound: string, side: Side): string | undefined {
  return column.mayBeNull && side === 'high' ? undefined : literal(bound);
}

function isIntegral(type: KqlType): boolean {
  return type === 'long' || type === 'int' || type === 'datetime' || type === 'timespan';
}

const SUFFIX: Readonly<Record<string, string>> = {
  TIMESTAMP_S: 'TIMESTAMP_S',
  TIMESTAMP_MS: 'TIMESTAMP_MS',
  TIMESTAMP_NS: 'TIMESTAMP_NS',
};

function timeBound(storage: string, bound: string, side: Side): string | undefined {
  if (!/^-?\d{1,19}$/.test(bound)) return undefined;
  const ticks = BigInt(bound);
  if (ticks < 0n || ticks > MAX_DATETIME_TICKS) return undefined;
  const name = storage.toUpperCase();
  const family = storageFamily(name);
  if (family === 'date') {
    const days = (ticks - UNIX_EPOCH_TICKS) / TICKS_PER_DAY - (side === 'low' ? 1n : 0n);
    return `(DATE '1970-01-01' + ${days})`;
  }
  if (family === 'timestampNs') {
    // Nanoseconds since 1970 fill 64 bits from 1677 to 2262 only.
    const nanos = (ticks - UNIX_EPOCH_TICKS) * 100n;
    if (nanos <= -(2n ** 62n) || nanos >= 2n ** 62n) return undefined;
    return `make_timestamp_ns(${nanos + (side === 'high' ? 99n : 0n)})`;
  }
  const step = name === 'TIMESTAMP_S' ? 10_000_000n : name === 'TIMESTAMP_MS' ? 10_000n : 10n;
  const micros =
    ((ticks / step) * step +
      (side === 'high' && ticks % step !== 0n ? step : 0n) -
      UNIX_EPOCH_TICKS) /
    10n;
  if (family === 'timestampTz') return `make_timestamptz(${micros})`;
  const target = SUFFIX[name];
  return target === undefined
    ? `make_timestamp(${micros})`
    : `CAST(make_timestamp(${micros}) AS ${target})`;
}
