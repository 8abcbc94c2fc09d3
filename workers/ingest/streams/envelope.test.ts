import { expect, it } from 'vitest';
import { Envelopes, mappingOfEnvelopes } from './envelope.ts';
import type { StreamRecord } from './stream-source.ts';

const record: StreamRecord = {
  part: 'orders/2',
  position: '17',
  next: '18',
  value: Buffer.from('{}'),
  key: Buffer.from('a "key"'),
  timestamp: 1_700_000_000_000,
  headers: { trace: 'x' },
};

it('a line says where the record is from, and holds its value last', () => {
  const envelopes = new Envelopes(() => ({ topic: 'orders', partition: 2 }));
  expect(JSON.parse(`${envelopes.head(record)}{"n":1}}`)).toEqual({
    p: { topic: 'orders', partition: 2, part: 'orders/2' },
    o: 17,
    t: 1_700_000_000_000,
    k: 'a "key"',
    h: { trace: 'x' },
    v: { n: 1 },
  });
});

it('positions that are no numbers stay texts, keys that are no UTF-8 become base64', () => {
  const envelopes = new Envelopes(() => ({}));
  const line = `${envelopes.head({ ...record, position: '0x1', key: Buffer.from([0xff, 0x00]), headers: {} })}null}`;
  expect(JSON.parse(line)).toMatchObject({ o: '0x1', k: '/wA=' });
});

it('paths of a mapping point into the value, or at the record itself', () => {
  const mapped = mappingOfEnvelopes(
    [
      { name: 'a', type: 'long', path: '$.x.y' },
      { name: 'whole', type: 'dynamic', path: '$' },
      { name: 'third', type: 'string', ordinal: 2 },
      { name: 'sent', type: 'datetime', path: '@timestamp' },
      { name: 'offset', type: 'long', path: '@offset' },
      { name: 'topic', type: 'string', path: '@topic' },
      { name: 'fixed', type: 'string', constant: 'c' },
    ],
    [],
    'json',
  );
  expect(mapped.map(({ path, transform }) => [path, transform])).toEqual([
    ['$.v.x.y', undefined],
    ['$.v', undefined],
    ['$.v[2]', undefined],
    ['$.t', 'DateTimeFromUnixMilliseconds'],
    ['$.o', undefined],
    ['$.p.topic', undefined],
    [undefined, undefined],
  ]);
});

it('without a mapping JSON goes by name, separated values by position, text into the first column', () => {
  const target = [
    { name: 'a b', type: 'long' as const },
    { name: 'c', type: 'string' as const },
  ];
  const paths = (format: 'json' | 'csv' | 'txt') =>
    mappingOfEnvelopes(undefined, target, format).map((c) => c.path);
  expect(paths('json')).toEqual(["$.v['a b']", '$.v.c']);
  expect(paths('csv')).toEqual(['$.v[0]', '$.v[1]']);
  expect(paths('txt')).toEqual(['$.v']);
});
