import { describe, expect, test } from 'vitest';
import { isCalendarUnit, nextUnit, startOfUnit } from './calendar.ts';
import { inferRequest, suggestions } from './outside.ts';
import { printed, textPatterns } from './text-patterns.ts';

const ticks = (iso: string): bigint =>
  BigInt(Date.parse(`${iso}Z`)) * 10_000n + 621_355_968_000_000_000n;

describe('options of infer_storage_schema', () => {
  test('are read whatever their case; the default is the file written last', () => {
    expect(
      inferRequest({ storagecontainers: ['/d'], DATAFORMAT: 'JSON', FileExtension: '.json' }),
    ).toMatchObject({
      mode: 'last',
      files: { uris: ['/d'], format: 'json', headers: 'none', fileExtension: '.json' },
    });
    expect(
      inferRequest({
        StorageContainers: ['/d'],
        DataFormat: 'csv',
        InferenceOptions: { UseFirstRowAsHeader: true },
      }).files.headers,
    ).toBe('all');
    expect(() =>
      inferRequest({ StorageContainers: ['/d'], DataFormat: 'csv', Mode: 'some' }),
    ).toThrow("Mode 'some'");
  });

  test('identities become strings before times are thought of', () => {
    const [id] = (
      JSON.parse(
        suggestions([{ name: 'userId', type: 'long', transform: 'DateTimeFromUnixSeconds' }]),
      ) as {
        Columns: {
          RecommendedColumn: { CslType: object };
          ApplicableTransformationMapping: string;
        }[];
      }
    ).Columns;
    expect(id?.RecommendedColumn.CslType).toEqual({
      type: 'string',
      IsNumeric: false,
      IsSummable: false,
    });
    expect(id?.ApplicableTransformationMapping).toBe('None');
  });
});

describe('calendar', () => {
  test('weeks begin on Sunday, as startofweek says', () => {
    expect(startOfUnit(ticks('2024-02-29T13:00:00'), 'week')).toBe(ticks('2024-02-25T00:00:00'));
    expect(startOfUnit(ticks('2024-02-25T00:00:00'), 'week')).toBe(ticks('2024-02-25T00:00:00'));
  });

  test('months and years have their own lengths', () => {
    expect(startOfUnit(ticks('2024-02-29T13:00:00'), 'month')).toBe(ticks('2024-02-01T00:00:00'));
    expect(nextUnit(ticks('2024-12-01T00:00:00'), 'month')).toBe(ticks('2025-01-01T00:00:00'));
    expect(nextUnit(startOfUnit(ticks('2024-02-29T13:00:00'), 'year'), 'year')).toBe(
      ticks('2025-01-01T00:00:00'),
    );
    expect(isCalendarUnit('day')).toBe(false);
  });
});

describe('patterns of texts', () => {
  const lines = (n: number, line: (i: number) => string): string[][] =>
    Array.from({ length: n }, (_, i) => line(i).split(' '));
  const texts = [
    ...lines(40, (i) => `node ${i} failed to reach disk d${i % 7} in time`),
    ...lines(60, (i) => `node ${i} is well and happy`),
  ];
  const isTrue = texts.map((_, i) => i < 40);
  const limits = { least: 1, threshold: 0.2, most: 20 };

  test('tokens that rows share, wildcards where they differ', () => {
    const found = textPatterns(texts, isTrue, limits);
    expect(found.map((p) => [printed(p), p.rows.length])).toEqual(
      [
        ['node * failed to reach disk * in time', 40],
        ['node * is well and happy', 60],
      ].sort((a, b) => String(b[0]).length - String(a[0]).length),
    );
  });

  test('short patterns are left out when asked, and so is what both sets share', () => {
    expect(textPatterns(texts, isTrue, { ...limits, least: 7 }).map(printed)).toEqual([
      'node * failed to reach disk * in time',
    ]);
    expect(textPatterns([['a'], ['a']], [true, false], limits)).toEqual([]);
    expect(textPatterns([], [], limits)).toEqual([]);
  });
});
