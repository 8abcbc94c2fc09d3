import { describe, expect, it } from 'vitest';
import { aggregatesFor, groupingTitle, summarizeText } from './summarize-text.ts';

describe('summarizeText', () => {
  it('counts the rows of each group when nothing else is asked for', () => {
    expect(summarizeText({ rows: ['city'], measures: [] })).toBe(
      'summarize count_ = count() by city\n| sort by city asc',
    );
  });

  it('quotes names that need it, in groups, measures and their names', () => {
    expect(
      summarizeText({
        rows: ['Flight Date', 'by'],
        measures: [
          { aggregate: 'sum', column: 'Cost Total $' },
          { aggregate: 'percentile_95', column: 'n' },
        ],
      }),
    ).toBe(
      'summarize ["sum_Cost Total $"] = sum(["Cost Total $"]), percentile_95_n = percentile(n, 95) by ["Flight Date"], ["by"]\n| sort by ["Flight Date"] asc, ["by"] asc',
    );
  });

  it('spreads a column over columns', () => {
    const grouping = {
      rows: ['city'],
      pivot: 'year',
      measures: [{ aggregate: 'sum', column: 'n' }],
    } as const;
    expect(summarizeText(grouping)).toBe('evaluate pivot(year, sum(n), city)\n| sort by city asc');
    expect(groupingTitle(grouping)).toBe('city × year');
  });

  it('makes one row of a table without groups', () => {
    expect(summarizeText({ rows: [], measures: [{ aggregate: 'max', column: 'n' }] })).toBe(
      'summarize max_n = max(n)',
    );
  });
});

it('offers what the type allows', () => {
  expect(aggregatesFor('string')).toEqual(['count', 'dcount', 'min', 'max', 'take_any']);
  expect(aggregatesFor('bool')).toEqual(['count', 'dcount', 'take_any']);
  expect(aggregatesFor('datetime')).not.toContain('sum');
  expect(aggregatesFor('real')).toContain('stdev');
});
