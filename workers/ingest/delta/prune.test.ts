import { expect, test } from 'vitest';
import type { PruningRange } from '../../../common/contract/store.ts';
import { parseDatetime } from '../../../common/types/time-text.ts';
import { add } from './actions.ts';
import { mayHold } from './prune.ts';
import type { DeltaColumn } from './schema.ts';

const COLUMNS: DeltaColumn[] = [
  { name: 'n', type: 'long', physical: 'c1', delta: 'long' },
  { name: 'at', type: 'datetime', physical: 'c2', delta: 'timestamp' },
  { name: 's', type: 'string', physical: 'c3', delta: 'string' },
  { name: 'day', type: 'datetime', physical: 'c4', delta: 'date' },
];

const fileOf = (stats: string, day: string | null = '2024-03-01') =>
  add.parse({ path: 'f', size: 1, stats, partitionValues: { c4: day } });

const holds = (range: PruningRange, stats: string, day?: string | null): boolean =>
  mayHold(fileOf(stats, day), COLUMNS, new Set(['day']), [range]);

const moment = (text: string): string => String(parseDatetime(text));

test('numbers beyond what JavaScript counts exactly', () => {
  const stats =
    '{"numRecords":2,"minValues":{"c1":9007199254740993},"maxValues":{"c1":9007199254740993}}';
  expect(holds({ column: 'n', min: '9007199254740994' }, stats)).toBe(false);
  expect(holds({ column: 'n', min: '9007199254740993', max: '9007199254740993' }, stats)).toBe(
    true,
  );
});

test('moments are cut to milliseconds, so the last one is not the last', () => {
  const stats =
    '{"minValues":{"c2":"2024-03-01T10:00:00.123Z"},"maxValues":{"c2":"2024-03-01T10:00:00.123Z"}}';
  expect(holds({ column: 'at', min: moment('2024-03-01 10:00:00.1235') }, stats)).toBe(true);
  expect(holds({ column: 'at', min: moment('2024-03-01 10:00:00.1241') }, stats)).toBe(false);
});

test('texts by their bytes; a last one that was cut covers what begins with it', () => {
  const stats =
    '{"numRecords":3,"nullCount":{"c3":0},"minValues":{"c3":"b"},"maxValues":{"c3":"m"}}';
  expect(holds({ column: 's', values: ['a', 'z'] }, stats)).toBe(false);
  expect(holds({ column: 's', values: ['a', 'c'] }, stats)).toBe(true);
  expect(holds({ column: 's', values: ['mno'] }, stats)).toBe(true);
  expect(holds({ column: 's', values: [''] }, stats)).toBe(false);
  expect(holds({ column: 's', values: [''] }, stats.replace('"c3":0', '"c3":1'))).toBe(true);
});

test('a column of nothing but missing values, and a partition without one', () => {
  expect(holds({ column: 'n', min: '0' }, '{"numRecords":3,"nullCount":{"c1":3}}')).toBe(false);
  expect(holds({ column: 'day', min: moment('2024-03-01') }, '{}')).toBe(true);
  expect(holds({ column: 'day', min: moment('2024-03-02') }, '{}')).toBe(false);
  expect(holds({ column: 'day', min: moment('2024-03-02') }, '{}', null)).toBe(false);
});

test('a file without statistics, or with ones that make no sense, may hold anything', () => {
  for (const stats of ['', '{}', '{"minValues":', '[]'])
    expect([stats, holds({ column: 'n', min: '5' }, stats)]).toEqual([stats, true]);
});
