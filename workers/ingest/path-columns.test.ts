import { expect, test } from 'vitest';
import { pathValues } from './path-columns.ts';

test.each([
  ['region=north/day=2024-03-01', { region: 'north', day: '2024-03-01' }],
  ['a%20b=c%2Fd', { 'a b': 'c/d' }],
  ['p=__HIVE_DEFAULT_PARTITION__', { p: '' }],
  ['2024/03/01', { PathDate: '2024-03-01 00:00:00' }],
  ['c=x/2024/03/01/17/05/more', { c: 'x', PathDate: '2024-03-01 17:05:00' }],
  ['2024/13/01', {}],
  ['12024/03/01', {}],
  ['plain/folders', {}],
] as const)('%s', (path, expected) => {
  expect(Object.fromEntries(pathValues(path.split('/')))).toEqual(expected);
});
