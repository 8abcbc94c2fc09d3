import type { StreamDefinition, StreamSchema } from '../../../../common/contract/stream.ts';
import { AppError } from '../../../../common/errors/app-error.ts';
import type { KqlType } from '../../../../common/types/kql-type.ts';
import { type AvroTexts, AvroValues } from '../../formats/avro/avro-values.ts';
import { typesOf } from '../../formats/protobuf/message-types.ts';
import { ProtobufValues } from '../../formats/protobuf/protobuf-values.ts';
import { type Decode, type Decoded, decoderOf } from '../decode.ts';
import { framed, messageIndexes } from './framing.ts';
import { type RegisteredSchema, SchemaRegistry } from './schema-registry.ts';

/** Turns values of records into rows of JSON, by schemas that may have to be fetched first. */
export interface RecordDecoder {
  readonly decode: Decode;
  /** Types of a record's columns by their names, where its schema says them better than its value shows them. */
  readonly types: (value: Uint8Array) => ColumnTypes;
  /**
   * Fetches what these values need. Throws an AppError of kind `source` while that can't be had: the records
   * have to wait then. undefined: nothing is ever needed.
   */
  readonly prepare?:
    | ((values: Iterable<Uint8Array | null>, signal: AbortSignal) => Promise<void>)
    | undefined;
}

export type ColumnTypes = Readonly<Record<string, KqlType>>;

/** What one schema says. */
type BySchema = Pick<RecordDecoder, 'decode' | 'types'>;

const untyped = (): ColumnTypes => ({});

type Format = Pick<StreamDefinition, 'format' | 'schema'>;

/** The decoder of a stream. Throws an AppError of kind `input` if the definition can't be followed. */
export function recordDecoder({ format, schema }: Format): RecordDecoder {
  if (schema?.registry) return registered(schema, schema.registry, format);
  if (format !== 'avro' && format !== 'protobuf')
    return { decode: decoderOf(format), types: untyped };
  const text = schema?.text;
  if (text === undefined)
    throw new AppError('input', 'no_schema', `Records in ${format} need a schema.`, {
      hints: ['Give its text, or the address of the schema registry that has it.'],
    });
  try {
    return format === 'avro' ? avro({ writer: text }) : protobuf(text, schema?.message);
  } catch (error) {
    throw new AppError(
      'input',
      'bad_schema',
      `The schema can't be read: ${(error as Error).message}.`,
      {
        cause: error,
      },
    );
  }
}

const row = (text: string): Decoded => [text];

function avro(texts: AvroTexts, bare = false): BySchema {
  const values = new AvroValues(texts);
  return {
    decode: (bytes) => row(bare && values.bare ? values.bareJson(bytes) : values.json(bytes)),
    types: () => values.types,
  };
}

function protobuf(text: string, message: string | undefined): BySchema {
  const values = new ProtobufValues(text);
  const type = values.message(message);
  return { decode: (bytes) => row(values.json(type, bytes)), types: () => typesOf(type) };
}

/** An id that the registry does not have is asked for again after this time. */
const FORGET_MS = 30_000;

function registered(
  schema: StreamSchema,
  address: NonNullable<StreamSchema['registry']>,
  format: StreamDefinition['format'],
): RecordDecoder {
  const json = decoderOf('json');
  const registry = new SchemaRegistry(address);
  const known = new Map<number, BySchema>();
  const unknown = new Map<number, number>();
  const asking = new Map<number, Promise<void>>();

  const ask = async (id: number, signal: AbortSignal): Promise<void> => {
    try {
      const found = await registry.schema(id, signal);
      if (found) known.set(id, decodeBy(found, schema.text));
      else unknown.set(id, Date.now());
    } catch (error) {
      if (error instanceof AppError || signal.aborted) throw error;
      // A schema that can't be read stays so: its records are set aside, the others go on.
      const reason = `schema ${id} can't be read: ${(error as Error).message}`;
      const decode = (): never => {
        throw new Error(reason);
      };
      known.set(id, { decode, types: untyped });
    }
  };

  return {
    prepare: async (values, signal) => {
      for (const value of values) {
        const id = value === null ? undefined : framed(value)?.id;
        if (id === undefined || known.has(id)) continue;
        if (Date.now() - (unknown.get(id) ?? 0) < FORGET_MS) continue;
        let answer = asking.get(id);
        if (!answer) {
          answer = ask(id, signal).finally(() => asking.delete(id));
          asking.set(id, answer);
        }
        await answer;
      }
    },
    decode: (bytes) => {
      const record = framed(bytes);
      // JSON never begins with a zero byte, so that both kinds of records may come.
      if (!record && format === 'json') return json(bytes);
      if (!record)
        throw new Error('the record does not begin with a zero byte and the id of a schema');
      const schema = known.get(record.id);
      if (!schema) throw new Error(`the schema registry has no schema ${record.id}`);
      return schema.decode(record.value);
    },
    types: (bytes) => {
      const record = framed(bytes);
      return (record && known.get(record.id)?.types(record.value)) ?? {};
    },
  };
}

function decodeBy(
  { type, text, references }: RegisteredSchema,
  reader: string | undefined,
): BySchema {
  switch (type) {
    case 'JSON':
      return { decode: decoderOf('json'), types: untyped };
    case 'AVRO':
      return avro({ writer: text, references: references.map((r) => r.text), reader }, true);
    case 'PROTOBUF': {
      const values = new ProtobufValues(text, references);
      return {
        decode: (bytes) => {
          const { indexes, value } = messageIndexes(bytes);
          return row(values.json(values.at(indexes), value));
        },
        types: (bytes) => typesOf(values.at(messageIndexes(bytes).indexes)),
      };
    }
  }
}
