import { describe, expect, it } from 'vitest';
import { id, sql } from '../../emit/sql.ts';
import { indexPath, keyPath, scalarText } from './path.ts';
import { once } from './sql.ts';

describe('once', () => {
  const twice = (x: ReturnType<typeof id>) => sql`(${x} + ${x})`;

  it('repeats a column as it is', () => {
    expect(once(id('a'), twice).text).toBe('("a" + "a")');
  });
  it('names an expression that would be computed twice', () => {
    expect(once(sql`f(1)`, twice).text).toBe(
      'list_transform([f(1)], lambda "v1_": ("v1_" + "v1_"))[1]',
    );
  });
  it('leaves an expression that is used only once', () => {
    expect(once(sql`f(1)`, (x) => sql`g(${x})`).text).toBe('g(f(1))');
  });
  it('takes another name inside another', () => {
    const inner = once(sql`f(1)`, twice);
    const outer = once(sql`g(2)`, (x) => sql`(${x} * ${x} * ${inner})`);
    expect(outer.text).toContain('lambda "v2_": ("v2_" * "v2_" * list_transform');
  });
});

describe('paths into a dynamic', () => {
  it('are one look-up', () => {
    const a = keyPath(id('d'), 'a');
    const place = a && indexPath(a, -1n);
    expect(place && scalarText(place).text).toBe(`json_extract_string("d", '$."a"[#-1]')`);
  });
  it('leave keys that they can not write', () => {
    expect(keyPath(id('d'), 'a"b')).toBeUndefined();
    expect(keyPath(id('d'), '*')).toBeUndefined();
    expect(keyPath(id('d'), '')).toBeUndefined();
  });
  it('quote a key', () => {
    expect(keyPath(id('d'), "a'b")?.text).toContain(`'$."a''b"'`);
  });
});
