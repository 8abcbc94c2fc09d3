import type { Type } from 'avsc';
import type { KqlType } from '../../../../common/types/kql-type.ts';
import { type AvroNames, avroType } from './avro-type.ts';
import { AvroSchema } from './schema.ts';

export interface AvroTexts {
  /** JSON of the schema that values were written with. */
  readonly writer: string;
  /** JSON of schemas that it names, each after those that it names itself. */
  readonly references?: readonly string[];
  /** JSON of the schema that values are wanted in; by default as they were written. */
  readonly reader?: string | undefined;
}

type Resolver = ReturnType<Type['createResolver']>;

/**
 * Single values in Avro's binary encoding, as JSON. With a reader's schema they are resolved to it (Avro's
 * specification, "Schema Resolution"): defaults, aliases, promoted numbers.
 */
export class AvroValues {
  readonly #type: Type;
  readonly #resolver: Resolver | undefined;
  readonly #schema: AvroSchema;
  /** The writer sent bytes as they are: what Confluent's serializer does where the whole schema is `bytes`. */
  readonly bare: boolean;

  /** Throws an Error that says what is wrong with a schema. */
  constructor({ writer, references = [], reader }: AvroTexts) {
    const known = references.map(parsed);
    const written = parsed(writer);
    const type = typeOf(written, known);
    this.bare = type.typeName === 'bytes';
    if (reader === undefined) {
      this.#type = type;
      this.#schema = new AvroSchema(written, known);
    } else {
      const wanted = parsed(reader);
      this.#type = typeOf(wanted, []);
      this.#resolver = this.#type.createResolver(type);
      this.#schema = new AvroSchema(wanted);
    }
  }

  /** Types of a record's fields as columns. */
  get types(): Record<string, KqlType> {
    return Object.fromEntries(this.#schema.fields.map((field) => [field.name, field.type]));
  }

  /** Throws an Error that says why the bytes are none of the schema's. */
  json(bytes: Uint8Array): string {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { value, offset } = this.#type.decode(buffer, 0, this.#resolver) as {
      readonly value: unknown;
      readonly offset: number;
    };
    if (offset < 0) throw new Error('the bytes end before the value that the schema describes');
    if (offset < buffer.length)
      throw new Error(`${buffer.length - offset} bytes are left over after the schema's value`);
    return this.#schema.json(value);
  }

  /** Bytes that stand as they are, without a length before them. */
  bareJson(bytes: Uint8Array): string {
    return this.#schema.json(bytes);
  }
}

function typeOf(schema: unknown, known: readonly unknown[]): Type {
  const names: AvroNames = {};
  for (const reference of known) avroType(reference, names);
  return avroType(schema, names);
}

/** A schema may be a JSON text, or the bare name of a type. */
function parsed(text: string): unknown {
  const trimmed = text.trim();
  if (/^[a-z]+$/.test(trimmed)) return trimmed;
  return JSON.parse(trimmed) as unknown;
}
