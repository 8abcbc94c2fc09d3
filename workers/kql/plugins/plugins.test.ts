import { describe, expect, test } from 'vitest';
import { prefixIndex } from './lookup.ts';
import { clusters, frequentPatterns } from './patterns.ts';
import { occurrences, stepsReached, surroundings } from './sequences.ts';
import {
  activeUsers,
  countsMetrics,
  engagement,
  metrics,
  newActivity,
  sessions,
  slidingCounts,
} from './timeline.ts';

const events = (text: string) =>
  text
    .trim()
    .split(/\s+/)
    .flatMap((day) => {
      const [at = '0', ids = ''] = day.split(':');
      return [...ids].map((id) => ({ id, at: BigInt(at) }));
    });

const DAYS = { start: 1n, end: 4n, step: 1n };

describe('activity over a time line', () => {
  test('counts, new ids and ids so far: the example of the page "activity_counts_metrics plugin"', () => {
    expect(countsMetrics(events('1:ADJB 2:CTJ 3:HTTJBS 4:S'), DAYS)).toEqual([
      [1n, 4n, 4n, 4n, 4n],
      [2n, 3n, 3n, 2n, 6n],
      [3n, 6n, 5n, 2n, 8n],
      [4n, 1n, 1n, 0n, 8n],
    ]);
  });

  test('retention and churn against the bin before', () => {
    expect(metrics(events('1:AB 2:BC 3:D'), DAYS)).toEqual([
      [1n, 2n, 2n, 1, 0],
      [2n, 2n, 1n, 0.5, 0.5],
      [3n, 1n, 1n, 0, 1],
    ]);
  });

  test('a window three bins long: the example of the page "sliding_window_counts plugin"', () => {
    const week = events('1:bddjb 2:naj 3:naajb 4:y 5:b');
    expect(slidingCounts(week, { start: 1n, end: 7n, step: 1n }, 3n)).toEqual([
      [1n, 5n, 3n],
      [2n, 8n, 5n],
      [3n, 13n, 5n],
      [4n, 9n, 5n],
      [5n, 7n, 5n],
      [6n, 2n, 2n],
      [7n, 1n, 1n],
    ]);
  });

  test('ids of a bin against those of a longer window', () => {
    expect(engagement(events('1:AB 2:A 3:C'), DAYS, 2n)).toEqual([
      [1n, 2n, 2n, 1],
      [2n, 1n, 2n, 0.5],
      [3n, 1n, 2n, 0.5],
    ]);
  });

  test('a silence as long as the lookback window ends a session', () => {
    const steps = [1n, 3n, 5n, 10n, 14n].map((at) => ({ id: 'A', at }));
    expect(sessions(steps, { start: 0n, end: 20n, step: 10n }, 5n)).toEqual([
      [0n, 1n],
      [10n, 1n],
    ]);
  });

  test('active users: the example of the page "active_users_count plugin", days of July 2018', () => {
    const july = events('-1:B 0:B 2:A 4:B 8:B 10:A 14:A 17:A 20:A 24:B');
    expect(activeUsers(july, { start: 1n, end: 31n, step: 7n }, 8n, 1n, 3)).toEqual([
      [1n, 1n],
      [15n, 1n],
    ]);
  });

  test('cohorts of new ids', () => {
    const rows = newActivity(
      events('1:AB 2:BC 3:C'),
      { start: 1n, end: 3n, step: 1n },
      undefined,
      new Set(),
    );
    expect(rows.map((r) => r.slice(0, 4))).toEqual([
      [1n, 1n, 2n, 2n],
      // Of B and C only C was not seen on day 1; of day 3 no one is new to days 1 and 2.
      [1n, 2n, 1n, 1n],
      [1n, 3n, 1n, 0n],
      [2n, 2n, 1n, 1n],
      [2n, 3n, 0n, 1n],
      [3n, 3n, 0n, 0n],
    ]);
  });
});

describe('addresses', () => {
  test('the longest prefix comes first', () => {
    const find = prefixIndex(['10.0.0.0/8', '10.1.0.0/16', '2001:db8::/32', 'nonsense']);
    expect(find('10.1.2.3')).toEqual([1, 0]);
    expect(find('11.0.0.1')).toEqual([]);
    expect(find('2001:db8::1')).toEqual([2]);
  });
});

describe('sequences', () => {
  const run = [...'abxc'].map((state, i) => ({ state, at: BigInt(i) }));

  test('steps within a span', () => {
    expect(stepsReached(run, 0, ['a', 'b', 'c'], 3n)).toBe(3);
    expect(stepsReached(run, 0, ['a', 'b', 'c'], 2n)).toBe(2);
  });

  test('what stands around a run', () => {
    expect(surroundings(run, ['b', 'x'], 1n)).toEqual([{ at: 1n, before: 'a', after: 'c' }]);
  });

  test('occurrences keep to the step window', () => {
    const at = (n: number, ...holds: boolean[]) => ({ at: BigInt(n), holds });
    const found = [at(0, true, false), at(2, false, true), at(9, false, true)];
    expect(occurrences(found, 2, 5n, 10n)).toEqual([[0n, 2n]]);
    expect(occurrences(found, 2, 1n, 10n)).toEqual([]);
  });
});

describe('patterns', () => {
  const rows = [
    ['x', 'p', 8n],
    ['x', 'q', 1n],
    ['y', 'q', 1n],
  ];
  const weigh = (r: readonly number[]): number =>
    r.reduce((sum, i) => sum + Number(rows[i]?.[2] ?? 0), 0);

  test('frequent ones, the longest of those with the same rows', () => {
    const found = frequentPatterns(rows, [0, 1], weigh, 5, 5);
    expect(found.map((p) => [p.items.map((i) => i.value).join(''), weigh(p.rows)])).toEqual([
      ['x', 9],
      ['xp', 8],
    ]);
  });

  test('clusters cover what others leave', () => {
    const found = frequentPatterns(rows, [0, 1], weigh, 1, 5);
    const chosen = clusters(found, weigh, 10, 2, 0.5);
    expect(chosen[0]?.items.map((i) => i.value)).toEqual(['x', 'p']);
    expect(chosen.length).toBeGreaterThan(1);
  });
});
