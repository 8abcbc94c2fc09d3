import {
  BIGINT,
  BOOLEAN,
  DECIMAL,
  DOUBLE,
  DuckDBDecimalValue,
  type DuckDBType,
  DuckDBUUIDValue,
  type DuckDBValue,
  INTEGER,
  UUID,
  VARCHAR,
} from '@duckdb/node-api';
import type { KqlType } from '../../common/types/kql-type.ts';
import type { Value } from '../kql/functions/define.ts';
import { parseDynamic, printDynamic } from '../kql/functions/value/dynamic.ts';

export const DECIMAL_SCALE = 18;

/** DuckDB's type of a KQL column between stages. */
export const ENGINE_TYPE: Readonly<Record<KqlType, DuckDBType>> = {
  bool: BOOLEAN,
  int: INTEGER,
  long: BIGINT,
  real: DOUBLE,
  decimal: DECIMAL(38, DECIMAL_SCALE),
  string: VARCHAR,
  datetime: BIGINT,
  timespan: BIGINT,
  guid: UUID,
  dynamic: VARCHAR,
};

/** A decimal's digits without the zeros that the fixed scale adds. */
export function decimalText(value: DuckDBDecimalValue): string {
  const text = value.toString();
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A DuckDB value as TypeScript functions and steps take it. */
export function fromEngine(value: DuckDBValue, type: KqlType, keepText = false): Value {
  if (value === null || value === undefined) return type === 'string' ? '' : null;
  switch (type) {
    case 'dynamic':
      return keepText ? (value as string) : parseDynamic(value as string);
    case 'guid':
      return value instanceof DuckDBUUIDValue ? value.toString() : String(value);
    case 'decimal':
      return value instanceof DuckDBDecimalValue ? decimalText(value) : String(value);
    default:
      return value as Value;
  }
}

function decimalOf(text: string): DuckDBDecimalValue | null {
  const match = /^([-+]?)(\d*)\.?(\d*)$/.exec(text);
  if (!match) {
    const n = Number(text);
    return Number.isFinite(n) ? decimalOf(n.toFixed(DECIMAL_SCALE)) : null;
  }
  const fraction = (match[3] ?? '').slice(0, DECIMAL_SCALE).padEnd(DECIMAL_SCALE, '0');
  const digits = BigInt(`${match[2] || '0'}${fraction}`);
  return new DuckDBDecimalValue(match[1] === '-' ? -digits : digits, 38, DECIMAL_SCALE);
}

const GUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** 128-bit two's complement with the first bit flipped: how DuckDB orders UUIDs. */
function uuidOf(text: string): DuckDBUUIDValue | null {
  if (!GUID.test(text)) return null;
  return DuckDBUUIDValue.fromUint128(BigInt(`0x${text.replaceAll('-', '')}`));
}

/** A value of a TypeScript function or step as DuckDB takes it. */
export function toEngine(value: Value, type: KqlType): DuckDBValue {
  if (type === 'dynamic') return value === null || value === undefined ? null : printDynamic(value);
  if (value === null || value === undefined) return type === 'string' ? '' : null;
  switch (type) {
    case 'string':
      return String(value);
    case 'long':
    case 'datetime':
    case 'timespan':
      return BigInt.asIntN(
        64,
        typeof value === 'bigint' ? value : BigInt(Math.trunc(Number(value))),
      );
    case 'int':
    case 'real':
      return Number(value);
    case 'bool':
      return value === true;
    case 'decimal':
      return decimalOf(String(value));
    case 'guid':
      return uuidOf(String(value));
  }
}
