import fc from 'fast-check';
import type { KqlType } from '../../../common/types/kql-type.ts';
import { formatDatetime, formatTimespan, MAX_DATETIME_TICKS } from '../../../common/types/ticks.ts';
import type { Dynamic, Value } from '../../../workers/kql/functions/define.ts';
import { printDynamic } from '../../../workers/kql/functions/value/dynamic.ts';
import { realText } from '../../../workers/kql/functions/value/text.ts';

const MAX_LONG = 2n ** 63n - 1n;
const MIN_LONG = -(2n ** 63n);
const DAY = 864_000_000_000n;

/** Texts that programs stumble over: nothing, blanks, letters of many scripts, what only looks like a number. */
const TEXTS = [
  '',
  ' ',
  'a',
  'A',
  'abc',
  'ABC',
  'a b',
  'a.b',
  'a_b',
  'Ab-c1',
  '1',
  '-1',
  '007',
  '1.5',
  '1e3',
  'true',
  'null',
  'É',
  'é',
  'Straße',
  'ПриветМир',
  'привет',
  '日本語',
  '😀',
  'a😀b',
  'naïve café',
  "it's",
  'say "x"',
  'a\\b',
  'x\ny',
  'tab\tx',
  '%',
  '[1]',
  '{"a":1}',
  'a*',
  '(',
  '$',
  '+',
  '2020-01-02',
  '01:02:03',
  'ａ１',
];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 2, arbitrary: fc.string({ maxLength: 8 }) },
  {
    weight: 2,
    arbitrary: fc.string({
      unit: fc.constantFrom('a', 'b', 'A', ' ', '1', '.', '_', 'é'),
      maxLength: 12,
    }),
  },
  // Small Greek letters with an iota below have capitals that JavaScript writes as two letters.
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: 'grapheme', maxLength: 6 })
      .map((t) => t.replace(/[\u1f80-\u1fff]/g, 'ή')),
  },
);

const LONGS = [
  0n,
  1n,
  -1n,
  2n,
  -2n,
  7n,
  63n,
  64n,
  -64n,
  100n,
  2147483647n,
  -2147483648n,
  2n ** 53n,
  MAX_LONG,
  MIN_LONG,
];
const REALS = [
  0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  1e-9,
  123456.789,
  1e15,
  1e300,
  -1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];

const orNull = <T extends Value>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 8, arbitrary }, { weight: 1, arbitrary: fc.constant(null) });

const long = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...LONGS) },
  { weight: 3, arbitrary: fc.bigInt({ min: -20n, max: 20n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: MIN_LONG, max: MAX_LONG }) },
);

const real = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...REALS) },
  { weight: 2, arbitrary: fc.integer({ min: -2000, max: 2000 }).map((n) => n / 16) },
  {
    weight: 1,
    arbitrary: fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((x) => (x === 0 ? 0 : x)),
  },
);

const datetime = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      0n,
      1n,
      MAX_DATETIME_TICKS,
      366n * DAY,
      730_178n * DAY,
      738_000n * DAY,
    ),
  },
  { weight: 2, arbitrary: fc.bigInt({ min: 725_000n, max: 745_000n }).map((days) => days * DAY) },
  { weight: 3, arbitrary: fc.bigInt({ min: 0n, max: MAX_DATETIME_TICKS }) },
);

const timespan = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(0n, 1n, -1n, DAY, -DAY, DAY - 1n, 36_000_000_000n) },
  { weight: 2, arbitrary: fc.bigInt({ min: -100n, max: 100n }).map((n) => n * 36_000_000_000n) },
  { weight: 2, arbitrary: fc.bigInt({ min: -4000n * DAY, max: 4000n * DAY }) },
);

const scalarInside: fc.Arbitrary<Dynamic> = fc.oneof(
  fc.constantFrom<Dynamic[]>(null, true, false, 1n, 0n, -3n, 1.5, 'a', 'B', '', '1'),
  fc.bigInt({ min: -5n, max: 5n }),
  text,
);

const dynamic: fc.Arbitrary<Dynamic> = fc.oneof(
  { weight: 2, arbitrary: scalarInside },
  { weight: 4, arbitrary: fc.array(scalarInside, { maxLength: 5 }) },
  {
    weight: 2,
    arbitrary: fc.dictionary(fc.constantFrom('a', 'b', 'c d', 'é'), scalarInside, {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  },
  { weight: 1, arbitrary: fc.array(fc.array(scalarInside, { maxLength: 3 }), { maxLength: 3 }) },
);

/** Random values of a type, with nulls and extremes. */
export const VALUES: Readonly<Record<Exclude<KqlType, 'decimal' | 'guid'>, fc.Arbitrary<Value>>> = {
  bool: orNull(fc.boolean()),
  int: orNull(
    fc.oneof(fc.constantFrom(0, 1, -1, 2147483647, -2147483648), fc.integer({ min: -20, max: 20 })),
  ),
  long: orNull(long),
  real: orNull(real),
  string: text,
  datetime: orNull(datetime),
  timespan: orNull(timespan),
  dynamic,
};

export type TestedType = keyof typeof VALUES;

/** A KQL literal that reads back as the value. */
export function literal(value: Value, type: KqlType): string {
  if (type === 'string') return quoted(String(value ?? ''));
  if (type === 'dynamic')
    return value === null ? 'dynamic(null)' : `dynamic(${printDynamic(value)})`;
  if (value === null) return `${type}(null)`;
  switch (type) {
    case 'datetime':
      return `datetime(${formatDatetime(value as bigint)})`;
    case 'timespan':
      return `timespan(${formatTimespan(value as bigint)})`;
    case 'real': {
      const x = value as number;
      if (Number.isNaN(x)) return 'real(nan)';
      if (!Number.isFinite(x)) return x > 0 ? 'real(+inf)' : 'real(-inf)';
      return `real(${realText(x)})`;
    }
    default:
      return `${type}(${value})`;
  }
}

/** Every character that is not plain ASCII is written as an escape, so that only values are tested here. */
function quoted(value: string): string {
  let out = '"';
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    const plain = code >= 0x20 && code < 0x7f && code !== 0x22 && code !== 0x5c;
    out += plain ? value.charAt(i) : `\\u${code.toString(16).padStart(4, '0')}`;
  }
  return `${out}"`;
}

/** A table of random rows as KQL. */
export function datatable(types: readonly KqlType[], rows: readonly (readonly Value[])[]): string {
  const columns = types.map((type, i) => `c${i}:${type}`).join(', ');
  const cells = rows.map((row) => row.map((v, i) => literal(v, types[i] ?? 'string')).join(','));
  return `datatable(n:long, ${columns})[${cells.map((c, i) => `${i},${c}`).join(',\n')}]`;
}
