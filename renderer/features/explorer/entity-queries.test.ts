import { describe, expect, it } from 'vitest';
import { columnValuesQuery, firstRowsQuery, profileQuery } from './entity-queries.ts';

describe('queries about an entity', () => {
  it('quotes odd names', () => {
    expect(firstRowsQuery({ name: 'Bird Strikes', kind: 'table' })).toBe(
      "['Bird Strikes']\n| take 100",
    );
    expect(columnValuesQuery({ name: 'T', kind: 'table' }, 'Wildlife: Size')).toContain(
      "by ['Wildlife: Size']",
    );
  });

  it('names external tables through their function', () => {
    expect(firstRowsQuery({ name: 'Lo"gs', kind: 'externalTable' })).toBe(
      'external_table("Lo\\"gs")\n| take 100',
    );
  });

  it('profiles each column once, in order, by what its type can do', () => {
    const text = profileQuery({
      name: 'T',
      kind: 'table',
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
