import {
  DataType,
  type Decimal,
  type Duration,
  MapRow,
  StructRow,
  type Time,
  type Timestamp,
  TimeUnit,
  Vector,
} from 'apache-arrow';
import type { KqlType } from '../../../../common/types/kql-type.ts';
import {
  formatDatetime,
  formatTimespan,
  TICKS_PER_DAY,
  TICKS_PER_MILLISECOND,
  UNIX_EPOCH_TICKS,
} from '../../../../common/types/ticks.ts';
import { decimalText } from '../../codecs/decimal-text.ts';
import { jsonWithDigits } from '../../codecs/json-digits.ts';

export type TextReader = (row: number) => string | null;

export function kqlTypeOfArrow(type: DataType): KqlType {
  if (DataType.isDictionary(type)) return kqlTypeOfArrow(type.dictionary);
  if (DataType.isBool(type)) return 'bool';
  if (DataType.isInt(type)) {
    if (type.bitWidth < 32 || (type.bitWidth === 32 && type.isSigned)) return 'int';
    return type.bitWidth === 64 && !type.isSigned ? 'decimal' : 'long';
  }
  if (DataType.isFloat(type)) return 'real';
  if (DataType.isDecimal(type)) return 'decimal';
  if (DataType.isTimestamp(type) || DataType.isDate(type)) return 'datetime';
  if (DataType.isTime(type) || DataType.isDuration(type)) return 'timespan';
  return isNested(type) ? 'dynamic' : 'string';
}

function isNested(type: DataType): boolean {
  return (
    DataType.isList(type) ||
    DataType.isLargeList?.(type) === true ||
    DataType.isFixedSizeList(type) ||
    DataType.isStruct(type) ||
    DataType.isMap(type) ||
    DataType.isUnion(type)
  );
}

/** Reads a column's values as texts that say every digit. */
export function textReader(type: DataType, vector: Vector): TextReader {
  if (DataType.isTimestamp(type))
    return ticksReader(vector, (v) => formatMoment(v * unitTicks(type), type));
  if (DataType.isDate(type))
    return ticksReader(vector, (v, raw) =>
      formatDatetime(
        v * (raw instanceof Int32Array ? TICKS_PER_DAY : TICKS_PER_MILLISECOND) + UNIX_EPOCH_TICKS,
      ),
    );
  if (DataType.isTime(type) || DataType.isDuration(type))
    return ticksReader(vector, (v) => formatTimespan(scaled(v, type)));
  if (DataType.isDecimal(type)) return decimalReader(type, vector);
  return (row) => {
    const value: unknown = vector.get(row);
    if (value === null || value === undefined) return null;
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
    if (value instanceof Date) return value.toISOString();
    if (typeof value === 'object') return jsonWithDigits(plain(value));
    return String(value);
  };
}

/** Raw integers of a one-chunk column: the library's own getters turn them into milliseconds and lose digits. */
function ticksReader(vector: Vector, format: (value: bigint, raw: unknown) => string): TextReader {
  const [data] = vector.data;
  const values = data?.values as BigInt64Array | Int32Array | undefined;
  return (row) => {
    if (values === undefined || data === undefined || !data.getValid(row)) return null;
    return format(BigInt(values[row] ?? 0), values);
  };
}

const TICKS: Readonly<Record<number, bigint>> = {
  [TimeUnit.SECOND]: 10_000_000n,
  [TimeUnit.MILLISECOND]: 10_000n,
  [TimeUnit.MICROSECOND]: 10n,
  // Nanoseconds are divided, see `scaled` and `formatMoment`.
  [TimeUnit.NANOSECOND]: 1n,
};

function unitTicks(type: Timestamp | Time | Duration): bigint {
  return TICKS[type.unit] ?? 1n;
}

function scaled(value: bigint, type: Timestamp | Time | Duration): bigint {
  return type.unit === TimeUnit.NANOSECOND ? floorHundred(value) : value * unitTicks(type);
}

function formatMoment(value: bigint, type: Timestamp): string {
  const ticks = type.unit === TimeUnit.NANOSECOND ? floorHundred(value) : value;
  return formatDatetime(ticks + UNIX_EPOCH_TICKS);
}

function floorHundred(nanos: bigint): bigint {
  return (nanos - (((nanos % 100n) + 100n) % 100n)) / 100n;
}

function decimalReader(type: Decimal, vector: Vector): TextReader {
  const [data] = vector.data;
  const words = type.bitWidth / 32;
  return (row) => {
    if (data === undefined || !data.getValid(row)) return null;
    const values = data.values as Uint32Array;
    let value = 0n;
    for (let k = words - 1; k >= 0; k--)
      value = (value << 32n) | BigInt(values[row * words + k] ?? 0);
    const bits = BigInt(type.bitWidth);
    return decimalText(BigInt.asIntN(Number(bits), value), type.scale);
  };
}

/** Rows, vectors and maps of the library as plain values. */
function plain(value: unknown): unknown {
  if (value instanceof StructRow || value instanceof MapRow)
    return Object.fromEntries(
      Object.entries(value.toJSON() as Record<string, unknown>).map(([k, v]) => [k, plain(v)]),
    );
  return value instanceof Vector ? [...value].map(plain) : value;
}
