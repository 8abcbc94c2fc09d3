import { describe, expect, it } from 'vitest';
import { AvroValues } from './avro-values.ts';

const read = (schema: unknown, hex: string, more: object = {}): string =>
  new AvroValues({ writer: JSON.stringify(schema), ...more }).json(
    Buffer.from(hex.replaceAll(' ', ''), 'hex'),
  );

const record = (...fields: object[]): object => ({ type: 'record', name: 'R', fields });

/** Bytes are written out by hand, by Avro's specification: numbers are zigzag varints. */
describe('single values of Avro', () => {
  it('keep every digit of numbers, decimals and moments', () => {
    const schema = record(
      { name: 'l', type: 'long' },
      {
        name: 'd',
        type: { type: 'fixed', name: 'D', size: 2, logicalType: 'decimal', precision: 4, scale: 2 },
      },
      { name: 't', type: { type: 'long', logicalType: 'timestamp-nanos' } },
      { name: 'u', type: { type: 'fixed', name: 'U', size: 16, logicalType: 'uuid' } },
    );
    expect(read(schema, 'feffffffffffffffff01 fb2e 03 00112233445566778899aabbccddeeff')).toBe(
      '{"l":9223372036854775807,"d":"-12.34","t":"1969-12-31T23:59:59.9999999Z","u":"00112233-4455-6677-8899-aabbccddeeff"}',
    );
  });

  it('know a type that stands only in the branch that was not taken', () => {
    const schema = record(
      {
        name: 'a',
        type: ['null', { type: 'record', name: 'In', fields: [{ name: 'x', type: 'long' }] }],
      },
      { name: 'b', type: ['null', 'In'] },
    );
    expect(read(schema, '00 02 0e')).toBe('{"a":null,"b":{"x":7}}');
  });

  it('take types of the same short name from their own namespaces', () => {
    const inner = (namespace: string, type: object | string): object => ({
      type: 'record',
      name: 'X',
      namespace,
      fields: [{ name: 'v', type }],
    });
    const date = { type: 'int', logicalType: 'date' };
    const schema = record(
      { name: 'a', type: inner('one', 'int') },
      { name: 'b', type: inner('two', date) },
      { name: 'c', type: ['null', 'one.X'] },
      { name: 'd', type: ['null', 'two.X'] },
    );
    expect(read(schema, '02 02 02 02 02 02')).toBe(
      '{"a":{"v":1},"b":{"v":"1970-01-02T00:00:00.0000000Z"},"c":{"v":1},"d":{"v":"1970-01-02T00:00:00.0000000Z"}}',
    );
  });

  it('are resolved to the schema of the reader', () => {
    const writer = { ...record({ name: 'old', type: 'int' }, { name: 'gone', type: 'string' }) };
    const reader = JSON.stringify(
      record(
        { name: 'now', aliases: ['old'], type: 'long' },
        { name: 'more', type: ['null', 'string'], default: null },
      ),
    );
    expect(read(writer, '0e 02 41', { reader })).toBe('{"now":7,"more":null}');
    expect(() =>
      read(writer, '0e 02 41', { reader: JSON.stringify(record({ name: 'new', type: 'int' })) }),
    ).toThrow();
  });

  it('may be of any type, and say when bytes are missing or left over', () => {
    expect(read('string', '04 6869')).toBe('"hi"');
    expect(read({ type: 'array', items: 'int' }, '04 02 04 00')).toBe('[1,2]');
    expect(() => read('string', '08 6869')).toThrow('end before');
    expect(() => read('int', '02 02')).toThrow('1 bytes are left over');
    expect(() => new AvroValues({ writer: '{"type":"nothing"}' })).toThrow();
  });
});
