import type { KqlType } from '../../../../common/types/kql-type.ts';
import {
  formatDatetime,
  formatTimespan,
  TICKS_PER_DAY,
  UNIX_EPOCH_TICKS,
} from '../../../../common/types/ticks.ts';
import { decimalText, signedBigEndian } from '../../codecs/decimal-text.ts';
import { jsonWithDigits } from '../../codecs/json-digits.ts';

type Json = Readonly<Record<string, unknown>>;

export interface RecordField {
  readonly name: string;
  readonly type: KqlType;
  /** The text of a decoded value, every digit said; null for null. */
  readonly text: (value: unknown) => string | null;
}

const PRIMITIVES: Readonly<Record<string, KqlType>> = {
  boolean: 'bool',
  int: 'int',
  long: 'long',
  float: 'real',
  double: 'real',
  string: 'string',
  bytes: 'string',
  fixed: 'string',
  enum: 'string',
  null: 'string',
  record: 'dynamic',
  array: 'dynamic',
  map: 'dynamic',
};

const LOGICAL: Readonly<Record<string, KqlType>> = {
  date: 'datetime',
  'timestamp-millis': 'datetime',
  'timestamp-micros': 'datetime',
  'timestamp-nanos': 'datetime',
  'local-timestamp-millis': 'datetime',
  'local-timestamp-micros': 'datetime',
  'local-timestamp-nanos': 'datetime',
  'time-millis': 'timespan',
  'time-micros': 'timespan',
  decimal: 'decimal',
  uuid: 'guid',
};

/** A record's schema as it stands in the file, with its named types resolved. Unions arrive as `{branch: value}`. */
export class AvroSchema {
  readonly fields: readonly RecordField[];
  readonly #named = new Map<string, Json>();
  readonly #root: unknown;

  /** `known` are schemas that were read before this one, and whose names it may use. */
  constructor(json: unknown, known: readonly unknown[] = []) {
    for (const schema of [...known, json]) this.#learn(schema, '');
    this.#root = json;
    const record = this.#resolve(json, '');
    const list = (record.fields ?? []) as readonly Json[];
    const space = spaceOf(record, '');
    this.fields = list.map((field): RecordField => {
      const schema = field.type;
      return {
        name: String(field.name),
        type: this.#kqlType(schema, space),
        text: (value) => this.#text(schema, value, space),
      };
    });
  }

  /** A whole value, whatever the schema is of, as a JSON text with every digit. */
  json(value: unknown): string {
    return jsonWithDigits(this.#plain(this.#root, value, ''));
  }

  /** Every type that a schema defines, under its full name, before the first value is read. */
  #learn(schema: unknown, space: string): void {
    if (Array.isArray(schema)) for (const branch of schema) this.#learn(branch, space);
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return;
    const json = schema as Json;
    const own = spaceOf(json, space);
    if (typeof json.name === 'string') {
      const short = json.name.split('.').at(-1) ?? json.name;
      this.#named.set(own === '' ? short : `${own}.${short}`, json);
      if (!this.#named.has(short)) this.#named.set(short, json);
    }
    for (const inner of [json.type, json.items, json.values]) this.#learn(inner, own);
    if (Array.isArray(json.fields))
      for (const field of json.fields as readonly Json[]) this.#learn(field.type, own);
  }

  #resolve(schema: unknown, space: string): Json {
    if (typeof schema === 'string')
      return this.#named.get(`${space}.${schema}`) ?? this.#named.get(schema) ?? { type: schema };
    const json = schema as Json;
    if (typeof json.type === 'object' && json.type !== null && !Array.isArray(json.type))
      return this.#resolve(json.type, space);
    return json;
  }

  #branches(schema: unknown): readonly unknown[] | undefined {
    if (Array.isArray(schema)) return schema;
    const inner = typeof schema === 'object' && schema !== null ? (schema as Json).type : undefined;
    return Array.isArray(inner) ? inner : undefined;
  }

  #kqlType(schema: unknown, space: string): KqlType {
    const branches = this.#branches(schema);
    if (branches !== undefined) {
      const types = new Set(
        branches.filter((b) => b !== 'null').map((b) => this.#kqlType(b, space)),
      );
      const [only] = types;
      if (only !== undefined && types.size === 1) return only;
      if (types.size === 0) return 'string';
      return [...types].every((t) => t === 'int' || t === 'long') ? 'long' : 'dynamic';
    }
    const json = this.#resolve(schema, space);
    return LOGICAL[String(json.logicalType ?? '')] ?? PRIMITIVES[String(json.type)] ?? 'dynamic';
  }

  #text(schema: unknown, value: unknown, space: string): string | null {
    if (value === null || value === undefined) return null;
    const branches = this.#branches(schema);
    if (branches !== undefined) {
      const [branch, inner] = this.#unwrap(branches, value, space);
      const mixed = this.#kqlType(schema, space) === 'dynamic';
      return mixed
        ? jsonWithDigits(this.#plain(branch, inner, space))
        : this.#text(branch, inner, space);
    }
    const plain = this.#plain(schema, value, space);
    return typeof plain === 'object' ? jsonWithDigits(plain) : String(plain);
  }

  #unwrap(branches: readonly unknown[], value: unknown, space: string): [unknown, unknown] {
    const [[name, inner] = ['', undefined]] = Object.entries(value as Json);
    const short = name.split('.').at(-1);
    const branch = branches.find((b) => {
      const json = this.#resolve(b, space);
      const own = String(json.name ?? json.type);
      return own === name || own === short || own.split('.').at(-1) === short;
    });
    return [branch ?? 'string', inner];
  }

  /** A decoded value with unions unwrapped and logical types as texts, ready for JSON. */
  #plain(schema: unknown, value: unknown, space: string): unknown {
    if (value === null || value === undefined) return null;
    const branches = this.#branches(schema);
    if (branches !== undefined) return this.#plain(...this.#unwrap(branches, value, space), space);
    const json = this.#resolve(schema, space);
    const logical = logicalText(json, value);
    if (logical !== undefined) return logical;
    switch (json.type) {
      case 'record': {
        const own = spaceOf(json, space);
        const fields = json.fields as readonly Json[];
        return Object.fromEntries(
          fields.map((f) => [f.name, this.#plain(f.type, (value as Json)[String(f.name)], own)]),
        );
      }
      case 'array':
        return (value as readonly unknown[]).map((item) => this.#plain(json.items, item, space));
      case 'map':
        return Object.fromEntries(
          Object.entries(value as Json).map(([k, v]) => [k, this.#plain(json.values, v, space)]),
        );
      case 'bytes':
      case 'fixed':
        return bytesText(value as Uint8Array);
      default:
        return value;
    }
  }
}

/** The namespace that names inside of a type belong to (Avro's specification, "Names"). */
function spaceOf(json: Json, space: string): string {
  const name = String(json.name ?? '');
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : String(json.namespace ?? space);
}

/** Texts are often sent as bytes (Event Hubs capture): what is UTF-8 is text, anything else base64. */
function bytesText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('base64');
  }
}

function logicalText(json: Json, value: unknown): string | undefined {
  const name = String(json.logicalType ?? '');
  if (name === 'decimal')
    return decimalText(signedBigEndian(value as Uint8Array), Number(json.scale ?? 0));
  if (name === 'uuid' && value instanceof Uint8Array)
    return Buffer.from(value)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  if (!Object.hasOwn(LOGICAL, name) || (typeof value !== 'number' && typeof value !== 'bigint'))
    return undefined;
  const n = BigInt(value);
  switch (name.replace('local-', '')) {
    case 'date':
      return formatDatetime(n * TICKS_PER_DAY + UNIX_EPOCH_TICKS);
    case 'timestamp-millis':
      return formatDatetime(n * 10_000n + UNIX_EPOCH_TICKS);
    case 'timestamp-micros':
      return formatDatetime(n * 10n + UNIX_EPOCH_TICKS);
    case 'timestamp-nanos':
      return formatDatetime((n - (((n % 100n) + 100n) % 100n)) / 100n + UNIX_EPOCH_TICKS);
    case 'time-millis':
      return formatTimespan(n * 10_000n);
    case 'time-micros':
      return formatTimespan(n * 10n);
    default:
      return undefined;
  }
}
