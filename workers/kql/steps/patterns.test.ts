import { describe, expect, test } from 'vitest';
import { groupsOf } from './patterns.ts';

const groups = (texts: readonly string[], threshold = 0.1, characters = '') => {
  const counts = new Map<string, bigint>();
  for (const t of texts) counts.set(t, (counts.get(t) ?? 0n) + 1n);
  return groupsOf(
    [...counts].map(([text, count]) => ({ text, count })),
    threshold,
    characters,
  ).map((g) => [g.pattern, Number(g.count), g.representative]);
};

describe('patterns of texts (page "reduce operator")', () => {
  test('cities: what stands at the same place is kept, the rest becomes a star', () => {
    expect(
      groups(['San Jose', 'San Diego', 'Saint Lucy', 'Saint John', 'Moscow', 'Moscow']),
    ).toEqual([
      ['San *', 2, 'San Jose'],
      ['Saint *', 2, 'Saint Lucy'],
      ['Moscow', 2, 'Moscow'],
    ]);
  });
  test('separators between two stars stay, as those around them do', () => {
    expect(groups(['One -on- One', 'Two -on- Two'])).toEqual([['* -on- *', 2, 'One -on- One']]);
  });
  test('named separators belong to the star beside them', () => {
    expect(groups(['fooZ1', 'fooZ2'], 0.1, 'Z')).toEqual([['foo*', 2, 'fooZ1']]);
  });
  test('a high threshold keeps texts apart that share half of their terms', () => {
    const texts = ['xX1', 'xX1', 'xX2', 'xX2'];
    expect(groups(texts, 0.9, 'X')).toEqual([
      ['x*', 2, 'xX1'],
      ['x*', 2, 'xX2'],
    ]);
    expect(groups(texts, 0.001, 'X')).toEqual([['x*', 4, 'xX1']]);
  });
  test('what shares nothing and comes once is gathered at the end', () => {
    expect(groups(['a', 'b', 'c d'])).toEqual([['others', 3, '']]);
  });
  test('one text alone is its own pattern', () => {
    expect(groups(['a b'])).toEqual([['a b', 1, 'a b']]);
  });
});
