import { describe, expect, it } from 'vitest';
import { streamSource } from '../../../../common/contract/stream.ts';
import { fieldProblem, formProblem, initialValues, secretOf } from './form-values.ts';
import { STREAM_KINDS } from './index.ts';
import { kafka } from './kafka.ts';
import { schemaFields, schemaOf } from './schema-fields.ts';

const kafkaValues = (more: Record<string, string> = {}) => ({
  ...initialValues(kafka.fields),
  brokers: 'a:9092, b:9093',
  topics: 'orders\nreturns',
  ...more,
});

describe('the form of Kafka', () => {
  it('makes the source that was typed', () => {
    expect(kafka.source(kafkaValues({ partitions: '0, 2' }))).toEqual({
      kind: 'kafka',
      cluster: { brokers: ['a:9092', 'b:9093'] },
      topics: ['orders', 'returns'],
      partitions: [0, 2],
    });
  });

  it('keeps the password apart from the source', () => {
    const values = kafkaValues({ sasl: 'plain', username: 'ann', secret: 'pw', tls: 'on' });
    expect(kafka.source(values)).toMatchObject({
      cluster: {
        brokers: ['a:9092', 'b:9093'],
        tls: { trustAny: false },
        sasl: { mechanism: 'plain', username: 'ann' },
      },
    });
    expect(secretOf(kafka.fields, values)).toBe('pw');
    expect(JSON.stringify(kafka.source(values))).not.toContain('pw');
  });

  it('asks for no password that would not be used', () => {
    const values = kafkaValues({ secret: 'typed before' });
    expect(formProblem(kafka.fields, values)).toBeUndefined();
    expect(secretOf(kafka.fields, values)).toBeUndefined();
    expect(formProblem(kafka.fields, { ...values, sasl: 'plain' })).toBe('User name: missing.');
  });

  it('says what is wrong with a broker and with a pattern', () => {
    const problem = (id: string, values: Record<string, string>) => {
      const field = kafka.fields.find((f) => f.id === id);
      return field && fieldProblem(field, kafkaValues(values));
    };
    expect(problem('brokers', { brokers: 'localhost' })).toMatch(/localhost:9092/);
    expect(problem('topics', { topics: '/(/' })).toMatch(/\/\(\//);
    expect(problem('topics', { topics: '' })).toBe('Topics: missing.');
    expect(formProblem(kafka.fields, kafkaValues({ topics: '' }), 'topics')).toBeUndefined();
  });
});

describe('the schema of records', () => {
  it('is asked for where a format needs one, and its password is a field of its own', () => {
    expect(formProblem(schemaFields('avro'), {})).toBe('Schema registry: missing.');
    expect(formProblem(schemaFields('avro'), { schemaText: '{"type":"string"}' })).toBeUndefined();
    expect(formProblem(schemaFields('json'), {})).toBeUndefined();
    expect(schemaOf('json', {})).toEqual({});
    expect(
      schemaOf('protobuf', { registry: 'http://r:8081', registryUser: 'u', registryPassword: 'p' }),
    ).toEqual({ schema: { registry: { url: 'http://r:8081', username: 'u', password: 'p' } } });
  });
});

describe('every kind of source', () => {
  it.each(STREAM_KINDS.map((kind) => [kind.id, kind] as const))('%s: ids are unique', (_, kind) => {
    const ids = kind.fields.map((field) => field.id);
    expect(new Set(ids).size).toBe(ids.length);
    if (kind.browse) expect(ids).toContain(kind.browse.field);
  });

  it.each(STREAM_KINDS.map((kind) => [kind.id, kind] as const))(
    '%s: a form that is filled in makes a source of its kind',
    (_, kind) => {
      const filled = { ...initialValues(kind.fields), ...EXAMPLES[kind.id] };
      expect(formProblem(kind.fields, filled)).toBeUndefined();
      expect(streamSource.parse(kind.source(filled)).kind).toBe(kind.kind);
      expect(kind.suggest(filled)).toMatch(/^[\p{L}\p{N}_.-]+$/u);
    },
  );
});

const CONNECTION =
  'Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=listen;SharedAccessKey=a2V5;EntityPath=clicks';

/** The least that has to be typed, for each kind. */
const EXAMPLES: Readonly<Record<string, Record<string, string>>> = {
  'event-hubs': { connection: CONNECTION },
  'event-hubs-kafka': { connection: CONNECTION },
  'iot-hub': { connection: CONNECTION },
  folder: { paths: '/data/in' },
  file: { paths: '/var/log/app.log*' },
  'http-listener': {},
  syslog: {},
  mqtt: { url: 'mqtt://127.0.0.1:1883', topics: 'plant/+/temperature' },
  kafka: { brokers: '127.0.0.1:9092', topics: 'orders' },
};
