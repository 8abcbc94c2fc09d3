import { expect, test } from 'vitest';
import type { Expr, Plan } from '../plan/plan.ts';
import { scanRanges } from './push-ranges.ts';

const DAY = 864_000_000_000n;

const scan: Plan = {
  op: 'scan',
  database: 'd',
  table: 'T',
  columns: [{ name: 'at', type: 'datetime' }],
};

const column: Expr = { k: 'column', name: 'at', type: 'datetime' };
const moment = (value: bigint): Expr => ({ k: 'constant', value, type: 'datetime' });
const span = (value: bigint): Expr => ({ k: 'constant', value, type: 'timespan' });

const rangesOf = (predicate: Expr) =>
  scanRanges([{ op: 'filter', input: scan, predicate, columns: scan.columns } as Plan]).get(
    scan as Plan & { op: 'scan' },
  );

test('the end of `between (moment .. timespan)` is counted from its beginning', () => {
  const between = (...args: Expr[]): Expr => ({
    k: 'call',
    name: 'op_Between',
    args,
    type: 'bool',
  });
  expect(rangesOf(between(column, moment(DAY), span(DAY)))).toEqual([
    { column: 'at', min: String(DAY), max: String(2n * DAY) },
  ]);
  expect(rangesOf(between(column, moment(DAY), moment(3n * DAY)))).toEqual([
    { column: 'at', min: String(DAY), max: String(3n * DAY) },
  ]);
});
