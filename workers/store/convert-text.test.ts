import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { KqlType } from '../../common/types/kql-type.ts';
import {
  formatDatetime,
  formatTimespan,
  MAX_DATETIME_TICKS,
  TICKS_PER_HOUR,
  TICKS_PER_MINUTE,
} from '../../common/types/ticks.ts';
import { type OnBadText, type TextShape, textToKql } from './convert-text.ts';
import { literal } from './quote.ts';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`SET TimeZone = 'America/New_York'`);
});

async function convert(
  texts: readonly string[],
  type: KqlType,
  shape: TextShape = {},
  onBad: OnBadText = 'null',
): Promise<unknown[]> {
  const values = texts.map((t, i) => `(${i}, ${literal(t)})`).join(', ');
  const sql = `SELECT ${textToKql('x', type, shape, onBad)} FROM (VALUES ${values}) AS t(i, x) ORDER BY i`;
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowsJson().map(([value]) => value);
}

/** All moments and spans that KQL can say. */
const moment = fc.bigInt({ min: 0n, max: MAX_DATETIME_TICKS });
const span = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });

describe('datetime', () => {
  it('keeps every tick, strict and lenient', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { minLength: 1, maxLength: 200 }), async (ticks) => {
        const texts = ticks.map(formatDatetime);
        expect(await convert(texts, 'datetime')).toEqual(ticks.map(String));
        expect(await convert(texts, 'datetime', {}, 'fail')).toEqual(ticks.map(String));
      }),
      { numRuns: 20 },
    );
  });

  it('moves by the offset, whatever the session says of time zones', async () => {
    const offset = fc.tuple(fc.integer({ min: -14, max: 14 }), fc.integer({ min: 0, max: 59 }));
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: 10n ** 15n, max: 3n * 10n ** 18n }),
        offset,
        async (ticks, [h, m]) => {
          const sign = h < 0 ? '-' : '+';
          const two = (n: number): string => String(Math.abs(n)).padStart(2, '0');
          const shift =
            (h < 0 ? -1n : 1n) *
            (BigInt(Math.abs(h)) * TICKS_PER_HOUR + BigInt(m) * TICKS_PER_MINUTE);
          const local = formatDatetime(ticks).replace('Z', '');
          const forms = [
            `${local}${sign}${two(h)}:${two(m)}`,
            `${local.slice(0, 19)}${sign}${two(h)}:${two(m)}`,
          ];
          const whole = ticks - (ticks % 10_000_000n);
          expect(await convert(forms, 'datetime')).toEqual([
            String(ticks - shift),
            String(whole - shift),
          ]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('short forms, other formats and ticks', async () => {
    expect(
      await convert(
        [
          '2024-02-29',
          '2024-02-29 13:05',
          '2024-02-29T13:05Z',
          '2024-02-29 13:05+01:00',
          '2024-02-29T13:05:00.12',
        ],
        'datetime',
      ),
    ).toEqual([
      '638447616000000000',
      '638448087000000000',
      '638448087000000000',
      '638448051000000000',
      '638448087001200000',
    ]);
    expect(await convert(['29.02.2024 13:05'], 'datetime', { format: '%d.%m.%Y %H:%M' })).toEqual([
      '638448087000000000',
    ]);
    expect(await convert(['638448087001234567'], 'datetime', { format: 'ticks' })).toEqual([
      '638448087001234567',
    ]);
  });

  it('what is no moment is null', async () => {
    const texts = ['2023-02-29', 'infinity', '', 'yesterday', '10000-01-01x', '290000-01-01'];
    expect((await convert(texts, 'datetime')).slice(0, 5)).toEqual([null, null, null, null, null]);
  });
});

describe('timespan', () => {
  it('keeps every tick', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(span, { minLength: 1, maxLength: 200 }), async (ticks) => {
        expect(await convert(ticks.map(formatTimespan), 'timespan')).toEqual(ticks.map(String));
      }),
      { numRuns: 20 },
    );
  });

  it('quantities with units', async () => {
    expect(
      await convert(
        ['1d', '1.5h', '-2m', '3s', '4ms', '5microseconds', '6ticks', '7 seconds'],
        'timespan',
      ),
    ).toEqual([
      '864000000000',
      '54000000000',
      '-1200000000',
      '30000000',
      '40000',
      '50',
      '6',
      '70000000',
    ]);
  });
});

describe('numbers', () => {
  it('longs keep all digits', async () => {
    const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    await fc.assert(
      fc.asyncProperty(fc.array(long, { minLength: 1 }), async (values) => {
        expect(await convert(values.map(String), 'long', {}, 'fail')).toEqual(values.map(String));
      }),
      { numRuns: 20 },
    );
  });

  it('a fraction is no whole number', async () => {
    expect(
      await convert(['1.5', '15e-1', '1.0', 'x', '9223372036854775808', ' 12 ', '-7'], 'long'),
    ).toEqual([null, null, null, null, null, '12', '-7']);
    await expect(convert(['1.5'], 'long', {}, 'fail')).rejects.toThrow();
    await expect(convert(['15e-1'], 'long', {}, 'fail')).rejects.toThrow();
  });

  it('groups of digits, reals and texts for no value', async () => {
    expect(await convert(['1,234,567'], 'long', { thousands: ',' })).toEqual(['1234567']);
    expect(await convert(['1e300', '-.5', 'NaN'], 'real')).toEqual([1e300, -0.5, 'NaN']);
    expect(await convert(['NA', '5'], 'long', { nullTexts: ['na'] }, 'fail')).toEqual([null, '5']);
  });
});

it('strings are never null and dynamic takes any text', async () => {
  expect(await convert(['', 'a'], 'string')).toEqual(['', 'a']);
  expect(await convert(['{"a": 1.10}', 'plain', '', 'null', '12'], 'dynamic')).toEqual([
    '{"a": 1.10}',
    '"plain"',
    null,
    null,
    '12',
  ]);
});
