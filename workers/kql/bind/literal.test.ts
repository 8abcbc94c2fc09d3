import { expect, it } from 'vitest';
import { parseDatetime } from '../../../common/types/time-text.ts';
import { literalValue } from './literal.ts';

it('reads dates whose parts stand apart, or between commas', () => {
  const day = parseDatetime('2017-08-01');
  expect(literalValue('datetime(2017 - 08 - 01)', 'datetime')).toBe(day);
  expect(literalValue('datetime(2017, 8, 1)', 'datetime')).toBe(day);
  expect(literalValue('datetime(2017 - 13 - 01)', 'datetime')).toBeUndefined();
});
