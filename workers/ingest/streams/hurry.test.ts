import { expect, it, vi } from 'vitest';
import { Hurry } from './hurry.ts';

it('hurries a table while its lease lasts, and tells who waits when it begins', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  const hurry = new Hurry();
  const table = hurry.of('Local', 'T');
  const told = vi.fn();
  const stop = table.onChange(told);
  expect(table.seconds()).toBe(undefined);
  hurry.lease('Local', 'T', 0.1, 5_000);
  hurry.lease('Other', 'T', 0.1, 5_000);
  clock.mockReturnValue(2_000);
  hurry.lease('Local', 'T', 0.1, 5_000);
  expect(told).toHaveBeenCalledTimes(1);
  clock.mockReturnValue(6_999);
  expect(table.seconds()).toBe(0.1);
  clock.mockReturnValue(7_000);
  expect(table.seconds()).toBe(undefined);
  stop();
  hurry.lease('Local', 'T', 0.1, 5_000);
  expect(told).toHaveBeenCalledTimes(1);
  clock.mockRestore();
});
