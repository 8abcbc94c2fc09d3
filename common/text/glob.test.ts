import { describe, expect, it } from 'vitest';
import { globMatcher } from './glob.ts';

describe('globs', () => {
  it.each([
    ['**', 'a/b/c.csv', true],
    ['*.csv', 'a/b/c.csv', true],
    ['*.csv', 'c.csv', true],
    ['*.csv', 'c.csv.gz', false],
    ['a/*.csv', 'a/c.csv', true],
    ['a/*.csv', 'a/b/c.csv', false],
    ['a/**/*.csv', 'a/c.csv', true],
    ['a/**/*.csv', 'a/b/d/c.csv', true],
    ['**/year=2024/**', 'x/year=2024/m=1/c.csv', true],
    ['**/year=2024/**', 'year=2023/c.csv', false],
    ['*.{csv,json}', 'b.json', true],
    ['*.{csv,json}', 'b.txt', false],
    ['[a-c]?.csv', 'b1.csv', true],
    ['[!a-c]?.csv', 'b1.csv', false],
    ['(a)+.csv', '(a)+.csv', true],
    ['a{1.csv', 'a{1.csv', true],
    ['a,b.csv', 'a,b.csv', true],
  ])('%s and %s: %s', (pattern, path, fits) => {
    expect(globMatcher(pattern)(path)).toBe(fits);
  });
});
