import protobuf, { type Field, type Type } from 'protobufjs';
import type { KqlType } from '../../../../common/types/kql-type.ts';

/** Scalar types of Protobuf, and the well-known types that stand for scalars, as columns. */
const TYPES: Readonly<Record<string, KqlType>> = {
  double: 'real',
  float: 'real',
  int32: 'int',
  sint32: 'int',
  sfixed32: 'int',
  uint32: 'long',
  fixed32: 'long',
  int64: 'long',
  sint64: 'long',
  sfixed64: 'long',
  // The upper half has no place in a long.
  uint64: 'decimal',
  fixed64: 'decimal',
  bool: 'bool',
  string: 'string',
  bytes: 'string',
  '.google.protobuf.Timestamp': 'datetime',
  '.google.protobuf.Duration': 'timespan',
  '.google.protobuf.DoubleValue': 'real',
  '.google.protobuf.FloatValue': 'real',
  '.google.protobuf.Int32Value': 'int',
  '.google.protobuf.UInt32Value': 'long',
  '.google.protobuf.Int64Value': 'long',
  '.google.protobuf.UInt64Value': 'decimal',
  '.google.protobuf.BoolValue': 'bool',
  '.google.protobuf.StringValue': 'string',
  '.google.protobuf.BytesValue': 'string',
  '.google.protobuf.FieldMask': 'string',
  '.confluent.type.Decimal': 'decimal',
};

/** Types of a message's fields as columns. */
export function typesOf(type: Type): Record<string, KqlType> {
  return Object.fromEntries(type.fieldsArray.map((field) => [field.name, typeOf(field.resolve())]));
}

function typeOf(field: Field): KqlType {
  if (field.map || field.repeated) return 'dynamic';
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Enum) return 'string';
  return TYPES[resolvedType?.fullName ?? field.type] ?? 'dynamic';
}
