import { expect, it } from 'vitest';
import { fieldsOfRecords } from './fields.ts';

it('takes fields that only some records have, the first one or not', () => {
  const { fields, rows } = fieldsOfRecords(
    ['{"a":1}', '{"a":2,"when":"2024-01-01T00:00:00Z"}', '{"s":"x"}', '{"s":"y","when":null}'],
    1,
  );
  expect(fields.map(({ name, type }) => [name, type])).toEqual([
    ['a', 'long'],
    ['when', 'datetime'],
    ['s', 'string'],
  ]);
  expect(rows).toEqual([
    ['1', null, null],
    ['2', '2024-01-01T00:00:00Z', null],
    [null, null, 'x'],
    [null, null, 'y'],
  ]);
});
