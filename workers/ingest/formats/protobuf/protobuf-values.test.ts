import { describe, expect, it } from 'vitest';
import { typesOf } from './message-types.ts';
import { ProtobufValues } from './protobuf-values.ts';

const read = (text: string, hex: string, message?: string): string => {
  const values = new ProtobufValues(text);
  return values.json(values.message(message), Buffer.from(hex.replaceAll(' ', ''), 'hex'));
};

/** Bytes are written out by hand: a tag is `number << 3 | wire type`. */
describe('messages of Protobuf', () => {
  it('keep the digits of 64 bits, and are null or default where they are absent', () => {
    const text = `syntax = "proto3"; message M {
      int64 a = 1; uint64 b = 2; sint64 c = 3; optional int32 d = 4; string e = 5; M f = 6; bool g = 7;
    }`;
    expect(read(text, '08 ffffffffffffffff7f 10 ffffffffffffffffff01 18 03')).toBe(
      '{"a":9223372036854775807,"b":18446744073709551615,"c":-2,"d":null,"e":"","f":null,"g":false}',
    );
    expect(read(text, '20 00')).toContain('"d":0');
  });

  it('have lists, maps, names of enumerations and bytes as base64', () => {
    const text = `syntax = "proto3"; package x; enum E { NONE = 0; ONE = 1; }
      message M { repeated int32 l = 1; map<string, int64> m = 2; repeated E e = 3; bytes b = 4; }`;
    expect(read(text, '0a 02 0102 12 05 0a016b 1005 1a 03 000109 22 02 ff00')).toBe(
      '{"l":[1,2],"m":{"k":5},"e":["NONE","ONE",9],"b":"/wA="}',
    );
    expect(read(text, '')).toBe('{"l":[],"m":{},"e":[],"b":""}');
  });

  it('say of well-known types what they stand for', () => {
    const text = `syntax = "proto3";
      import "google/protobuf/timestamp.proto"; import "google/protobuf/duration.proto";
      import "google/protobuf/wrappers.proto"; import "google/protobuf/struct.proto";
      import "confluent/type/decimal.proto"; import "confluent/meta.proto";
      message M {
        google.protobuf.Timestamp t = 1; google.protobuf.Duration d = 2; google.protobuf.Int64Value i = 3;
        google.protobuf.Struct s = 4; confluent.type.Decimal n = 5; google.protobuf.BoolValue no = 6;
      }`;
    const bytes = [
      // A second before 1970 and 999,999,999 nanoseconds: whole ticks, towards the past.
      '0a 11 08 ffffffffffffffffff01 10 ff93ebdc03',
      '12 04 08 5a 10 64',
      '1a 02 08 07',
      '22 0b 0a 09 0a 01 61 12 04 1a 02 6869',
      '2a 06 0a 02 fb2e 18 02',
    ];
    expect(read(text, bytes.join(''))).toBe(
      '{"t":"1969-12-31T23:59:59.9999999Z","d":"00:01:30.0000001","i":7,"s":{"a":"hi"},"n":"-12.34","no":null}',
    );
    const values = new ProtobufValues(text);
    expect(typesOf(values.message(undefined))).toEqual({
      t: 'datetime',
      d: 'timespan',
      i: 'long',
      s: 'dynamic',
      n: 'decimal',
      no: 'bool',
    });
  });

  it('keep the presence of proto2, with its defaults', () => {
    const text =
      'syntax = "proto2"; message M { optional int32 a = 1 [default = 5]; required int32 b = 2; }';
    expect(read(text, '10 01')).toBe('{"a":null,"b":1}');
  });

  it('are found by name and by place, only in the file itself', () => {
    const values = new ProtobufValues(
      'syntax = "proto3"; package p; import "other.proto"; message A { message B { Other o = 1; } } message C {}',
      [
        {
          name: 'other.proto',
          text: 'syntax = "proto3"; package p; message Other { int32 n = 1; }',
        },
      ],
    );
    expect(values.at([0]).fullName).toBe('.p.A');
    expect(values.at([0, 0]).fullName).toBe('.p.A.B');
    expect(values.at([1]).fullName).toBe('.p.C');
    expect(values.message('p.C').fullName).toBe('.p.C');
    expect(values.json(values.message('A.B'), Buffer.from('0a020804', 'hex'))).toBe(
      '{"o":{"n":4}}',
    );
    expect(() => values.at([2])).toThrow('no message at 2');
    expect(() => values.message('D')).toThrow('no message D');
  });

  it('say what is wrong with a text', () => {
    expect(() => new ProtobufValues('message {')).toThrow();
    expect(() => new ProtobufValues('syntax = "proto3"; message M { Missing m = 1; }')).toThrow(
      'Missing',
    );
    expect(() => new ProtobufValues('syntax = "proto3"; import "a.proto"; message M {}')).toThrow(
      'imports a.proto',
    );
  });
});
