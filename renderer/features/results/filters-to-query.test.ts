import { describe, expect, it } from 'vitest';
import { conditionsOf, withFilters } from './filters-to-query.ts';

describe('selection to filters', () => {
  it('makes one condition per column', () => {
    expect(
      conditionsOf([
        { name: 'origin', type: 'string', values: ['ORD', 'ATL'] },
        { name: 'n', type: 'long', values: [3n] },
        { name: 'unused', type: 'long', values: [] },
      ]),
    ).toEqual(['origin in ("ORD", "ATL")', 'n == 3']);
  });

  it('stands at the end of the query', () => {
    expect(withFilters('Flights\n| take 5', ['a == 1'])).toBe('Flights\n| take 5\n| where a == 1');
    expect(withFilters('Flights;\n', ['a == 1'])).toBe('Flights\n| where a == 1;\n');
  });

  it('stands before a render', () => {
    expect(
      withFilters('T | summarize n=count() by s | render piechart with (title="a | b")', ['n > 1']),
    ).toBe('T | summarize n=count() by s\n| where n > 1\n| render piechart with (title="a | b")');
    expect(withFilters('T\n| render timechart', ['n > 1'])).toBe(
      'T\n| where n > 1\n| render timechart',
    );
  });

  it('leaves a query without conditions alone', () => {
    expect(withFilters('T', [])).toBe('T');
  });
});
