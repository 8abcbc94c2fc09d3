import { expect, it } from 'vitest';
import { ageText, isDue, type Refreshing } from './schedule.ts';

const idle: Refreshing = { everyMs: 5_000, endedAt: 100_000, running: false, error: '' };
const at = (now: number) => ({ now, seen: true, busy: false });

it('begins when the time since the end of the last run has passed, and not before', () => {
  expect(isDue(idle, at(104_999))).toBe(false);
  expect(isDue(idle, at(105_000))).toBe(true);
  expect(isDue({ ...idle, error: 'it failed' }, at(105_000))).toBe(true);
});

it('never piles up, nor runs beside the person or where nobody looks', () => {
  expect(isDue({ ...idle, running: true }, at(999_999))).toBe(false);
  expect(isDue(idle, { ...at(999_999), busy: true })).toBe(false);
  expect(isDue(idle, { ...at(999_999), seen: false })).toBe(false);
});

it('says how old something is', () => {
  expect([0, 1_400, 59_600, 61_000, 7_300_000].map(ageText)).toEqual([
    '0 s ago',
    '1 s ago',
    '1 min ago',
    '1 min ago',
    '2 h ago',
  ]);
});
