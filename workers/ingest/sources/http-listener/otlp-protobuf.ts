import { type LogsRequest, logsRequest } from './otlp.ts';

/**
 * The few messages of OTLP logs (opentelemetry-proto: logs/v1, common/v1, resource/v1) from protobuf into the shape
 * of their JSON encoding. Fields that are not listed are skipped, as protobuf asks.
 */

type Kind = 'string' | 'bool' | 'int64' | 'number' | 'double' | 'fixed64' | 'hex' | 'base64';
interface Field {
  readonly name: string;
  readonly kind: Kind | (() => Message);
  readonly repeated?: boolean;
}
type Message = Readonly<Record<number, Field>>;

const one = (name: string, kind: Field['kind']): Field => ({ name, kind });
const many = (name: string, kind: () => Message): Field => ({ name, kind, repeated: true });

const ANY_VALUE: Message = {
  1: one('stringValue', 'string'),
  2: one('boolValue', 'bool'),
  3: one('intValue', 'int64'),
  4: one('doubleValue', 'double'),
  5: one('arrayValue', () => ({ 1: many('values', () => ANY_VALUE) })),
  6: one('kvlistValue', () => ({ 1: many('values', () => KEY_VALUE) })),
  7: one('bytesValue', 'base64'),
};
const KEY_VALUE: Message = { 1: one('key', 'string'), 2: one('value', () => ANY_VALUE) };
const LOG_RECORD: Message = {
  1: one('timeUnixNano', 'fixed64'),
  2: one('severityNumber', 'number'),
  3: one('severityText', 'string'),
  5: one('body', () => ANY_VALUE),
  6: many('attributes', () => KEY_VALUE),
  8: one('flags', 'number'),
  9: one('traceId', 'hex'),
  10: one('spanId', 'hex'),
  11: one('observedTimeUnixNano', 'fixed64'),
  12: one('eventName', 'string'),
};
const SCOPE_LOGS: Message = {
  1: one('scope', () => ({ 1: one('name', 'string'), 2: one('version', 'string') })),
  2: many('logRecords', () => LOG_RECORD),
};
const RESOURCE_LOGS: Message = {
  1: one('resource', () => ({ 1: many('attributes', () => KEY_VALUE) })),
  2: many('scopeLogs', () => SCOPE_LOGS),
};
const REQUEST: Message = { 1: many('resourceLogs', () => RESOURCE_LOGS) };

/** Throws an Error where the bytes are no such message. */
export function parseOtlpProtobuf(bytes: Uint8Array): LogsRequest {
  return logsRequest.parse(messageOf(Buffer.from(bytes), REQUEST));
}

function messageOf(bytes: Buffer, message: Message): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (let at = 0; at < bytes.length; ) {
    const [tag, after] = varint(bytes, at);
    const wire = Number(tag & 7n);
    const { value, end } = read(bytes, after, wire);
    at = end;
    const field = message[Number(tag >> 3n)];
    if (!field) continue;
    const decoded = decode(value, field.kind);
    if (!field.repeated) found[field.name] = decoded;
    else found[field.name] = [...((found[field.name] as unknown[] | undefined) ?? []), decoded];
  }
  return found;
}

/** A field's value: a number for varints, bytes for the others. */
function read(bytes: Buffer, at: number, wire: number): { value: bigint | Buffer; end: number } {
  if (wire === 0) {
    const [value, end] = varint(bytes, at);
    return { value, end };
  }
  const [length, from] = lengthOf(bytes, at, wire);
  const end = from + length;
  if (end > bytes.length) throw new Error('the protobuf message ends too early');
  return { value: bytes.subarray(from, end), end };
}

function lengthOf(bytes: Buffer, at: number, wire: number): [number, number] {
  if (wire === 1) return [8, at];
  if (wire === 5) return [4, at];
  if (wire !== 2) throw new Error(`the protobuf message has a field of the unknown type ${wire}`);
  const [length, after] = varint(bytes, at);
  return [Number(length), after];
}

function varint(bytes: Buffer, from: number): [bigint, number] {
  let value = 0n;
  for (let at = from, shift = 0n; shift < 70n; at++, shift += 7n) {
    const byte = bytes[at];
    if (byte === undefined) break;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return [BigInt.asUintN(64, value), at + 1];
  }
  throw new Error('the protobuf message ends inside of a number');
}

function decode(value: bigint | Buffer, kind: Field['kind']): unknown {
  if (typeof kind === 'function') return messageOf(bytesOf(value), kind());
  switch (kind) {
    case 'string':
      return bytesOf(value).toString('utf8');
    case 'hex':
      return bytesOf(value).toString('hex');
    case 'base64':
      return bytesOf(value).toString('base64');
    case 'bool':
      return value !== 0n;
    case 'int64':
      return String(BigInt.asIntN(64, numberOf(value)));
    case 'fixed64':
      return String(numberOf(value));
    case 'number':
      return Number(numberOf(value));
    case 'double':
      return finite(bytesOf(value).readDoubleLE());
  }
}

/** As the JSON encoding writes what JSON has no number for. */
const finite = (number: number): number | string =>
  Number.isFinite(number) ? number : String(number);

function bytesOf(value: bigint | Buffer): Buffer {
  if (typeof value === 'bigint') throw new Error('the protobuf message has a number for bytes');
  return value;
}

function numberOf(value: bigint | Buffer): bigint {
  if (typeof value === 'bigint') return value;
  return value.length === 8 ? value.readBigUInt64LE() : BigInt(value.readUInt32LE());
}
