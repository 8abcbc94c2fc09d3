import { expect, test } from 'vitest';
import { call, column, constant, type Expr, filter, type Plan } from '../plan/plan.ts';
import { scanRanges } from './push-ranges.ts';

const DAY = 864_000_000_000n;

const scan: Plan & { op: 'scan' } = {
  op: 'scan',
  database: 'd',
  table: 'T',
  columns: [{ name: 'at', type: 'datetime' }],
};
const moment = (ticks: bigint): Expr => constant(ticks, 'datetime');
const rangesOf = (...bounds: Expr[]) =>
  scanRanges([filter(scan, call('op_Between', [column('at', 'datetime'), ...bounds], 'bool'))]).get(
    scan,
  );

test('the end of `between (moment .. timespan)` is counted from its beginning', () => {
  expect(rangesOf(moment(DAY), constant(DAY, 'timespan'))).toEqual([
    { column: 'at', min: String(DAY), max: String(2n * DAY) },
  ]);
  expect(rangesOf(moment(DAY), moment(3n * DAY))).toEqual([
    { column: 'at', min: String(DAY), max: String(3n * DAY) },
  ]);
});
