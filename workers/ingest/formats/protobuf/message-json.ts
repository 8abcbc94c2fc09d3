import protobuf, { type Field, type Type } from 'protobufjs';
import {
  formatDatetime,
  formatTimespan,
  TICKS_PER_SECOND,
  UNIX_EPOCH_TICKS,
} from '../../../../common/types/ticks.ts';
import { decimalText, signedBigEndian } from '../../codecs/decimal-text.ts';
import { jsonWithDigits } from '../../codecs/json-digits.ts';

type Message = Readonly<Record<string, unknown>>;
type Write = (value: unknown) => string;

/**
 * Messages as JSON texts. Fields have the names of the schema; what has a presence of its own and is not there
 * is null, what has none is its default, as the sender can't say more. 64-bit numbers keep their digits, the
 * well-known types become what they stand for.
 */
export class MessageJson {
  readonly #writers = new Map<Type, Write>();

  write(type: Type, message: unknown): string {
    return this.#writer(type)(message);
  }

  #writer(type: Type): Write {
    const known = this.#writers.get(type);
    if (known) return known;
    const own = WELL_KNOWN[type.fullName];
    if (own) {
      const write: Write = (value) => own(value as Message, this, type);
      this.#writers.set(type, write);
      return write;
    }
    let fields: readonly (readonly [string, Field, Write])[] = [];
    const write: Write = (value) => {
      const message = value as Message;
      let text = '{';
      for (const [head, field, inner] of fields) {
        if (text.length > 1) text += ',';
        text += head + inner(Object.hasOwn(message, field.name) ? message[field.name] : undefined);
      }
      return `${text}}`;
    };
    // Before its fields: a type may hold itself.
    this.#writers.set(type, write);
    fields = type.fieldsArray.map((field) => {
      const resolved = field.resolve();
      return [`${JSON.stringify(field.name)}:`, resolved, this.#ofField(resolved)];
    });
    return write;
  }

  #ofField(field: Field): Write {
    const one = this.#ofValue(field);
    if (field.map)
      return (value) => {
        const entries = Object.entries((value ?? {}) as Message);
        return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${one(v)}`).join(',')}}`;
      };
    if (field.repeated)
      return (value) => `[${((value ?? []) as readonly unknown[]).map(one).join(',')}]`;
    const absent = hasPresence(field) ? 'null' : one(defaultOf(field));
    return (value) => (value === undefined || value === null ? absent : one(value));
  }

  #ofValue({ resolvedType, type }: Field): Write {
    if (resolvedType instanceof protobuf.Enum) {
      const names = resolvedType.valuesById;
      return (value) => {
        const name = names[Number(value)];
        return name === undefined ? String(value) : JSON.stringify(name);
      };
    }
    if (resolvedType) {
      const inner = resolvedType;
      return (value) => this.write(inner, value);
    }
    if (type === 'bytes') return (value) => jsonWithDigits(Uint8Array.from(value as Uint8Array));
    // 64-bit numbers come as objects of two halves, whose text has all digits.
    return (value) =>
      typeof value === 'object' && value !== null ? String(value) : jsonWithDigits(value);
  }
}

/** Absence is told apart from the default (page "Application Note: Field Presence" of Protobuf). */
function hasPresence(field: Field): boolean {
  return (
    field.partOf !== null ||
    field.resolvedType instanceof protobuf.Type ||
    field.hasPresence === true
  );
}

function defaultOf(field: Field): unknown {
  return field.resolvedType instanceof protobuf.Enum
    ? (field.typeDefault ?? Object.values(field.resolvedType.values)[0] ?? 0)
    : field.typeDefault;
}

type WriteKnown = (message: Message, json: MessageJson, type: Type) => string;

const NANOS_PER_TICK = 100n;
const wrapped: WriteKnown = ({ value }, _, type) => {
  const field = type.fields.value;
  if (type.name === 'BytesValue')
    return jsonWithDigits(Uint8Array.from((value ?? []) as Uint8Array));
  const inner = value ?? field?.resolve().typeDefault;
  return typeof inner === 'object' && inner !== null ? String(inner) : jsonWithDigits(inner);
};

/** Types that stand for something else than an object of their fields, by their full names. */
const WELL_KNOWN: Readonly<Record<string, WriteKnown>> = {
  '.google.protobuf.Timestamp': (message) =>
    JSON.stringify(formatDatetime(ticksOf(message) + UNIX_EPOCH_TICKS)),
  '.google.protobuf.Duration': (message) => JSON.stringify(formatTimespan(ticksOf(message))),
  '.google.protobuf.DoubleValue': wrapped,
  '.google.protobuf.FloatValue': wrapped,
  '.google.protobuf.Int64Value': wrapped,
  '.google.protobuf.UInt64Value': wrapped,
  '.google.protobuf.Int32Value': wrapped,
  '.google.protobuf.UInt32Value': wrapped,
  '.google.protobuf.BoolValue': wrapped,
  '.google.protobuf.StringValue': wrapped,
  '.google.protobuf.BytesValue': wrapped,
  '.google.protobuf.Struct': (message) => struct(message),
  '.google.protobuf.Value': (message) => anyValue(message),
  '.google.protobuf.ListValue': (message) => list(message),
  '.google.protobuf.FieldMask': ({ paths }) =>
    JSON.stringify(((paths ?? []) as string[]).join(',')),
  '.google.protobuf.Any': any,
  '.confluent.type.Decimal': ({ value, scale }) =>
    JSON.stringify(
      decimalText(
        signedBigEndian(Uint8Array.from((value ?? []) as Uint8Array)),
        Number(scale ?? 0),
      ),
    ),
};

function ticksOf({ seconds, nanos }: Message): bigint {
  // Towards the past, as the clock of the engine counts in whole ticks.
  const part = BigInt(Number(nanos ?? 0));
  const rest = ((part % NANOS_PER_TICK) + NANOS_PER_TICK) % NANOS_PER_TICK;
  return BigInt(String(seconds ?? 0)) * TICKS_PER_SECOND + (part - rest) / NANOS_PER_TICK;
}

function struct({ fields }: Message): string {
  const entries = Object.entries((fields ?? {}) as Record<string, Message>);
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${anyValue(v)}`).join(',')}}`;
}

const list = ({ values }: Message): string =>
  `[${((values ?? []) as readonly Message[]).map(anyValue).join(',')}]`;

function anyValue(value: Message): string {
  if (value.structValue) return struct(value.structValue as Message);
  if (value.listValue) return list(value.listValue as Message);
  return jsonWithDigits(value.stringValue ?? value.numberValue ?? value.boolValue ?? null);
}

/** A message of a type that the value names: whole if the schema knows the type, else its bytes. */
function any(message: Message, json: MessageJson, type: Type): string {
  const url = String(message.type_url ?? '');
  const bytes = Uint8Array.from((message.value ?? []) as Uint8Array);
  const head = `{"@type":${JSON.stringify(url)}`;
  try {
    const inner = type.root.lookupType(url.slice(url.lastIndexOf('/') + 1));
    const text = json.write(inner, inner.decode(bytes));
    if (!text.startsWith('{')) return `${head},"value":${text}}`;
    return text === '{}' ? `${head}}` : `${head},${text.slice(1)}`;
  } catch {
    return `${head},"value":${jsonWithDigits(bytes)}}`;
  }
}
