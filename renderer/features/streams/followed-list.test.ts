import { describe, expect, it } from 'vitest';
import { merged } from './followed-list.ts';

const info = (name: string, rows: number) => ({ definition: { name }, rows });

describe('merged', () => {
  it('keeps what did not change as it is, so that only what changed is drawn again', () => {
    const before = merged(new Map(), [info('b', 1), info('a', 1)]);
    const after = merged(before, [info('a', 1), info('b', 2)]);
    expect([...after.keys()]).toEqual(['a', 'b']);
    expect(after.get('a')).toBe(before.get('a'));
    expect(after.get('b')).toEqual(info('b', 2));
  });

  it('is the same map while nothing changes, and another when something is gone', () => {
    const before = merged(new Map(), [info('a', 1), info('b', 1)]);
    expect(merged(before, [info('b', 1), info('a', 1)])).toBe(before);
    expect([...merged(before, [info('a', 1)]).keys()]).toEqual(['a']);
  });
});
