import { type Dynamic, type FunctionEntry, scalar } from '../define.ts';
import { isArray } from '../value/dynamic.ts';

/** What window functions need of TypeScript: reading whose next value depends on where the last one led. */
export const windows: readonly FunctionEntry[] = [
  /**
   * Of values in order, in ticks, for each the first of its session: a value as far from it as `reach` begins the
   * next one. See `row_window_session` in emit/window.ts.
   */
  scalar(
    '__session_starts',
    {
      js: {
        call: ([values, reach]) => {
          if (!isArray(values) || typeof reach !== 'bigint') return null;
          let start: bigint | undefined;
          return values.map((value): Dynamic => {
            if (typeof value !== 'bigint') return null;
            if (start === undefined || value >= start + reach) start = value;
            return start;
          });
        },
      },
    },
    [],
  ),
];
