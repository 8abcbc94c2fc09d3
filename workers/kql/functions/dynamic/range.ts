import type { KqlType } from '../../../../common/types/kql-type.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR } from '../../../../common/types/ticks.ts';
import { type Dynamic, type FunctionEntry, scalar, type Value } from '../define.ts';
import { intoDynamic } from '../value/convert.ts';

/** The service cuts a longer one off (page "range()"). */
const MAX_VALUES = 1_048_576;

function whole(start: bigint, stop: bigint, step: bigint, type: KqlType): Dynamic[] {
  const values: Dynamic[] = [];
  if (step === 0n) return values;
  for (let v = start; step > 0n ? v <= stop : v >= stop; v += step) {
    values.push(type === 'long' || type === 'int' ? v : intoDynamic(v, type));
    if (values.length >= MAX_VALUES) break;
  }
  return values;
}

function real(start: number, stop: number, step: number): Dynamic[] {
  const values: Dynamic[] = [];
  if (step === 0 || !Number.isFinite(step)) return values;
  for (let i = 0; values.length < MAX_VALUES; i++) {
    const v = start + i * step;
    // Not beyond the end, and no end at all where that is no number.
    if (!(step > 0 ? v <= stop : v >= stop)) break;
    values.push(v);
  }
  return values;
}

/** The step that a range takes when none is given. */
const DEFAULT_STEP: Readonly<Partial<Record<KqlType, bigint>>> = {
  timespan: TICKS_PER_HOUR,
  datetime: TICKS_PER_DAY,
};

export const range: readonly FunctionEntry[] = [
  scalar(
    'range',
    {
      coerce: false,
      js: {
        call: (args: readonly Value[], types) => {
          const [start, stop, step] = args;
          const reals = types.some((t) => t === 'real' || t === 'decimal');
          if (reals)
            return real(Number(start), Number(stop), step === undefined ? 1 : Number(step));
          const type = types[0] ?? 'long';
          const own =
            step === undefined ? (DEFAULT_STEP[type] ?? 1n) : BigInt(step as bigint | number);
          return whole(
            BigInt(start as bigint | number),
            BigInt(stop as bigint | number),
            own,
            type,
          );
        },
      },
    },
    [
      { kql: 'tostring(range(1, 8, 3))', result: '[1,4,7]' },
      { kql: 'tostring(range(3, 1, -1))', result: '[3,2,1]' },
      { kql: 'tostring(range(1h, 3h))', result: '["01:00:00","02:00:00","03:00:00"]' },
    ],
  ),
];
