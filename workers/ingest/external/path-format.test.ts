import { describe, expect, test } from 'vitest';
import { externalFiles, type Partition, type PathPart } from '../../../common/contract/external.ts';
import { formatDatetime } from '../../../common/types/ticks.ts';
import { partitionEnd, pathReader } from './path-format.ts';
import { samplePaths } from './sample-paths.ts';

const text = (value: string): PathPart => ({ kind: 'text', text: value });
const pattern = (name: string, format: string): PathPart => ({
  kind: 'datetime',
  name,
  pattern: format,
});
const virtual: Partition = { name: 'D', type: 'datetime' };

const moment = (partitions: Partition[], format: PathPart[], path: string): string | undefined => {
  const ticks = pathReader(partitions, format)(path)?.get('D');
  return ticks === undefined ? undefined : formatDatetime(BigInt(ticks)).slice(0, 16);
};

describe('values in paths', () => {
  test('the two spellings of the page "Path format" mean the same', () => {
    for (const format of [`'year='yyyy'/month='MM`, 'year={yyyy}/month={MM}'])
      expect(moment([virtual], [pattern('D', format)], 'year=2023/month=07/part.csv')).toBe(
        '2023-07-01T00:00',
      );
  });

  test.each([
    ['startofyear', undefined, '2024/x.csv', '2024-01-01T00:00'],
    ['startofmonth', undefined, '2024/03/x.csv', '2024-03-01T00:00'],
    ['startofday', undefined, '2024/03/09/x.csv', '2024-03-09T00:00'],
    ['bin', '864000000000', '2024/03/09/x.csv', '2024-03-09T00:00'],
    ['bin', '36000000000', '2024/03/09/17/x.csv', '2024-03-09T17:00'],
    ['bin', '600000000', '2024/03/09/17/05/x.csv', '2024-03-09T17:05'],
  ] as const)('%s(%s) stands as the page says', (name, argument, path, expected) => {
    const partition: Partition = {
      name: 'D',
      type: 'datetime',
      source: { column: 't', function: name, ...(argument ? { argument } : {}) },
    };
    expect(moment([partition], [], path)).toBe(expected);
  });

  test('texts are decoded, and end before the text behind them', () => {
    const read = pathReader(
      [{ name: 'C', type: 'string' }, virtual],
      [text('c='), { kind: 'partition', name: 'C' }, text('/dt='), pattern('D', 'yyyyMMdd')],
    );
    expect(read('c=a%2Fb c/dt=20240229/deep/er/f.parquet')?.get('C')).toBe('a/b c');
    expect(read('c=__HIVE_DEFAULT_PARTITION__/dt=20240229/f.parquet')?.get('C')).toBe('');
  });

  test('files that lie elsewhere are none of the table', () => {
    const read = pathReader([virtual], [text('dt='), pattern('D', 'yyyyMMdd')]);
    for (const path of [
      'f.csv',
      'dt=2024/f.csv',
      'dt=20241301/f.csv',
      'dt=20240230/f.csv',
      'x/dt=20240201/f.csv',
      'dt=20240201.csv',
    ])
      expect([path, read(path)]).toEqual([path, undefined]);
  });

  test('a partition covers its stretch to the last tick', () => {
    const ends = (source: Partition['source'], start: string) => {
      const ticks = BigInt(Date.parse(`${start}T00:00:00Z`)) * 10_000n + 621_355_968_000_000_000n;
      return formatDatetime(
        partitionEnd({ name: 'D', type: 'datetime', ...(source ? { source } : {}) }, ticks) ?? 0n,
      );
    };
    expect(ends({ column: 't', function: 'startofmonth' }, '2024-02-01')).toBe(
      '2024-02-29T23:59:59.9999999Z',
    );
    expect(ends({ column: 't', function: 'startofyear' }, '2024-01-01')).toBe(
      '2024-12-31T23:59:59.9999999Z',
    );
    expect(ends({ column: 't', function: 'startofweek' }, '2024-02-25')).toBe(
      '2024-03-02T23:59:59.9999999Z',
    );
    expect(ends({ column: 't', function: 'bin', argument: '36000000000' }, '2024-02-01')).toBe(
      '2024-02-01T00:59:59.9999999Z',
    );
  });
});

test('sample paths of the example "Partitioned by hash and date"', () => {
  const files = externalFiles.parse({
    uris: ['/data/'],
    format: 'csv',
    columns: [],
    fileExtension: '.txt',
    partitions: [
      {
        name: 'CustomerId',
        type: 'long',
        source: { column: 'c', function: 'hash', argument: '10' },
      },
      { name: 'Date', type: 'datetime', source: { column: 't', function: 'startofday' } },
    ],
    pathFormat: [
      text('customer_id='),
      { kind: 'partition', name: 'CustomerId' },
      text('/dt='),
      pattern('Date', 'yyyyMMdd'),
    ],
  });
  expect(samplePaths(files)).toEqual(['/data/customer_id=<CustomerId>/dt=20240301/<name>.txt']);
});
