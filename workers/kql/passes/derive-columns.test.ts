import { expect, it } from 'vitest';
import { call, column, constant, type Expr, filter, type Plan, select } from '../plan/plan.ts';
import { deriveColumns } from './derive-columns.ts';

const scan: Plan = {
  op: 'scan',
  database: 'd',
  table: 't',
  columns: [
    { name: 'a', type: 'long' },
    { name: 'bag', type: 'dynamic' },
  ],
};
const path = (key: string): Expr =>
  call('op_Member', [column('bag', 'dynamic'), constant(key, 'string')], 'dynamic');
const text = (key: string): Expr => call('tostring', [path(key)], 'string');
const countBy = (input: Plan, key: Expr): Plan => ({
  op: 'aggregate',
  input,
  keys: [key],
  aggregates: [{ k: 'aggregate', name: 'count', args: [], type: 'long', span: undefined }],
  columns: [
    { name: 'k', type: key.type },
    { name: 'n', type: 'long' },
  ],
});
const isX = (value: Expr): Expr => call('op_Equal', [value, constant('x', 'string')], 'bool');

it('reads paths as columns of the table, each once, and the bag no more', () => {
  const made = deriveColumns([countBy(filter(scan, isX(text('p'))), text('p'))]);
  const [derived] = made ? [...made.scans] : [];
  expect(derived?.[0].columns.map((c) => [c.name, c.type])).toEqual([
    ['·0 tostring(op_Member(bag, "p"))', 'string'],
  ]);
  expect(derived?.[1].original).toBe(scan);
  expect(made?.plans[0]?.columns.map((c) => c.name)).toEqual(['k', 'n']);
});

it('takes them through projections that leave the bag as it is', () => {
  const extended: Plan = {
    op: 'project',
    input: scan,
    exprs: [column('a', 'long'), column('bag', 'dynamic'), text('p')],
    columns: [...scan.columns, { name: 'p', type: 'string' }],
  };
  const made = deriveColumns([countBy(filter(extended, isX(column('p', 'string'))), text('q'))]);
  const [derived] = made ? [...made.scans.keys()] : [];
  expect(derived?.columns).toHaveLength(2);
});

it('leaves plans alone that show the bag, or whose paths are not constant', () => {
  const dynamicKey = call('op_Element', [column('bag', 'dynamic'), column('a', 'long')], 'dynamic');
  const renamed = select(scan, [{ from: 'a' }, { from: 'bag', as: 'other' }]);
  for (const plan of [
    filter(scan, isX(text('p'))),
    countBy(scan, dynamicKey),
    countBy(scan, column('bag', 'dynamic')),
    countBy(
      renamed,
      call('op_Member', [column('other', 'dynamic'), constant('p', 'string')], 'dynamic'),
    ),
  ])
    expect(deriveColumns([plan])).toBeUndefined();
});

it('gives an operator that reads all columns what it had before', () => {
  const union: Plan = {
    op: 'union',
    inputs: [select(filter(scan, isX(text('p'))), [{ from: 'a' }])],
    columns: [{ name: 'a', type: 'long' }],
  };
  const made = deriveColumns([union]);
  expect(made?.plans[0]?.op === 'union' && made.plans[0].inputs[0]?.columns).toEqual([
    { name: 'a', type: 'long' },
  ]);
});

it('searches texts in small letters, where the term has no other kind', () => {
  const texts: Plan = { ...scan, columns: [...scan.columns, { name: 's', type: 'string' }] };
  const has = (term: string): Expr =>
    call('op_Has', [column('s', 'string'), constant(term, 'string')], 'bool');
  const made = deriveColumns([countBy(filter(texts, has('Ab')), column('a', 'long'))]);
  const [derived] = made ? [...made.scans.keys()] : [];
  expect(derived?.columns.map((c) => c.name)).toEqual(['a', '·0 tolower(s)']);
  const over = made?.plans[0]?.op === 'aggregate' && made.plans[0].input;
  expect(over && over.op === 'filter' && over.predicate).toMatchObject({
    name: 'op_HasCs',
    args: [{ name: '·0 tolower(s)' }, { value: 'ab' }],
  });
  expect(deriveColumns([countBy(filter(texts, has('İ')), column('a', 'long'))])).toBeUndefined();
  expect(deriveColumns([filter(texts, has('ab'))])).toBeUndefined();
});
