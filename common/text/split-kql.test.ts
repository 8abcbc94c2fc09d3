import { describe, expect, it } from 'vitest';
import { splitKql } from './split-kql.ts';

describe('texts of queries', () => {
  it('are split outside of brackets, literals and comments', () => {
    expect(splitKql('T | where a has "x|y" | where (b | c) // d | e\n| f', '|')).toEqual([
      'T ',
      ' where a has "x|y" ',
      ' where (b | c) // d | e\n',
      ' f',
    ]);
    expect(splitKql(`let f = () { print 1; print 2 }; let g = @'a;''b'; T`, ';')).toHaveLength(3);
    expect(splitKql('a = f(1, 2), b = "x,\\",y", c', ',')).toHaveLength(3);
    expect(splitKql('', ';')).toEqual(['']);
  });
});
