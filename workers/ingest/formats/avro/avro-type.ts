import avro, { type Type } from 'avsc';

/** Types that were defined before, by their full names; new ones are added. */
export type AvroNames = Record<string, Type>;

/**
 * A type that reads what a schema describes: longs as BigInt, unions as `{branch: value}`, logical types as what
 * they are stored as (`AvroSchema` says what that means).
 */
export function avroType(schema: unknown, names: AvroNames = {}): Type {
  return avro.Type.forSchema(
    schema as Parameters<typeof avro.Type.forSchema>[0],
    {
      registry: names,
      typeHook: (part: unknown) => (isLong(part) ? bigLong : undefined),
      logicalTypes: {},
      wrapUnions: true,
    } as Parameters<typeof avro.Type.forSchema>[1],
  );
}

function isLong(schema: unknown): boolean {
  return schema === 'long' || (schema as { readonly type?: unknown }).type === 'long';
}

/** Longs as BigInt: a JavaScript number holds 53 bits only. */
const bigLong = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});
