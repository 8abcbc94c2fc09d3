import { describe, expect, it } from 'vitest';
import { blockAround, type Lines } from './blocks.ts';

function linesOf(text: string): Lines {
  const lines = text.split('\n');
  return { count: lines.length, isBlank: (n) => (lines[n - 1] ?? '').trim() === '' };
}

const script = linesOf('let a = 1;\nT\n| take 1\n\n  \nprint 2\n\n.show tables');

describe('blockAround', () => {
  it('takes all lines up to the blank ones', () => {
    expect(blockAround(script, 2)).toEqual({ first: 1, last: 3 });
    expect(blockAround(script, 3)).toEqual({ first: 1, last: 3 });
  });

  it('takes a single line, and the last one', () => {
    expect(blockAround(script, 6)).toEqual({ first: 6, last: 6 });
    expect(blockAround(script, 8)).toEqual({ first: 8, last: 8 });
  });

  it('takes the block above a blank line, also above several', () => {
    expect(blockAround(script, 4)).toEqual({ first: 1, last: 3 });
    expect(blockAround(script, 5)).toEqual({ first: 1, last: 3 });
  });

  it('takes the first block from the blank lines above it', () => {
    expect(blockAround(linesOf('\n\nprint 1'), 1)).toEqual({ first: 3, last: 3 });
  });

  it('finds nothing in a blank text', () => {
    expect(blockAround(linesOf(''), 1)).toBeUndefined();
    expect(blockAround(linesOf('\n \n'), 2)).toBeUndefined();
  });
});
