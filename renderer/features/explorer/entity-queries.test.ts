import { describe, expect, it } from 'vitest';
import { columnValuesQuery, firstRowsQuery, profileQuery } from './entity-queries.ts';

describe('queries about an entity', () => {
  it('quotes odd names', () => {
    expect(firstRowsQuery('Bird Strikes')).toBe("['Bird Strikes']\n| take 100");
    expect(columnValuesQuery('T', 'Wildlife: Size')).toContain("by ['Wildlife: Size']");
  });

  it('profiles each column once, in order, by what its type can do', () => {
    const text = profileQuery({
      name: 'T',
      columns: [
        { name: 'When', type: 'datetime' },
        { name: 'Bag', type: 'dynamic' },
      ],
    });
    expect(text).toContain('Ordinal = 0, Column = "When"');
    expect(text).toContain('Ordinal = 1, Column = "Bag"');
    expect(text).toContain('tostring(min(When))');
    expect(text).not.toContain('min(Bag)');
    expect(text).toContain('dcount(tostring(Bag))');
  });
});
