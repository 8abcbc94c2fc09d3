import { expect, it } from 'vitest';
import { resultTitle } from './result-title.ts';

it('counts results without a name from 1, and not at all when there is one', () => {
  expect(resultTitle('Table_0', 1)).toBe('Result');
  expect(resultTitle('Table_1', 3)).toBe('Result 2');
});

it('leaves names alone', () => {
  expect(resultTitle('Quakes', 2)).toBe('Quakes');
  expect(resultTitle('Table_x', 1)).toBe('Table_x');
});
