import { expect, it } from 'vitest';
import { RateHistory } from './rate-history.ts';

it('counts what totals grow by within each second', () => {
  const rates = new RateHistory();
  rates.add(10_100, 5);
  rates.add(10_900, 8);
  rates.add(11_000, 8);
  rates.add(13_500, 20);
  expect(rates.series(13_900, 5)).toEqual([0, 8, 0, 0, 12]);
  expect(rates.perSecond(14_500, 4)).toBe(5);
});

it('goes on over a new tail, and holds no more than its seconds', () => {
  const rates = new RateHistory(10);
  for (let second = 0; second < 1_000; second++) rates.add(second * 1_000, second + 1);
  rates.restart();
  rates.add(1_000_000, 7);
  expect(rates.series(1_000_000, 12)).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 7]);
});
