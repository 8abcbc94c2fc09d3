import { expect, it } from 'vitest';
import { mostRows } from './most-rows.ts';
import { column, constant, filter, limit, type Plan, sort } from './plan.ts';

const COLUMNS = [{ name: 'a', type: 'long' as const }];
const scan: Plan = { op: 'scan', database: 'd', table: 't', columns: COLUMNS };
const rows: Plan = {
  op: 'rows',
  columns: COLUMNS,
  rows: [[constant(1n, 'long')], [constant(2n, 'long')]],
};
const aggregate = (input: Plan, keyed: boolean): Plan => ({
  op: 'aggregate',
  input,
  columns: COLUMNS,
  keys: keyed ? [column('a', 'long')] : [],
  aggregates: [],
});

it('knows the rows of limits, literal rows and totals', () => {
  expect(mostRows(limit(scan, constant(10n, 'long')))).toBe(10);
  expect(mostRows(limit(rows, constant(10n, 'long')))).toBe(2);
  expect(mostRows(aggregate(scan, false))).toBe(1);
  expect(mostRows({ op: 'union', inputs: [rows, rows], columns: COLUMNS })).toBe(4);
});

it('takes the bound through filters, orders and groups, and knows none where data decides', () => {
  const ordered = sort(filter(rows, constant(true, 'bool')), []);
  expect(mostRows(aggregate(ordered, true))).toBe(2);
  expect(mostRows(aggregate(scan, true))).toBe(Number.POSITIVE_INFINITY);
  expect(mostRows({ op: 'union', inputs: [rows, scan], columns: COLUMNS })).toBe(
    Number.POSITIVE_INFINITY,
  );
  expect(mostRows(limit(scan, column('a', 'long')))).toBe(Number.POSITIVE_INFINITY);
});
