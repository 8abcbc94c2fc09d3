import { expect, it } from 'vitest';
import { column, constant, filter, limit, type Plan, select, sort } from '../plan/plan.ts';
import { pruneColumns } from './prune-columns.ts';

const COLUMNS = ['a', 'b', 'c', 'd'].map((name) => ({ name, type: 'long' as const }));
const scan: Plan = { op: 'scan', database: 'd', table: 't', columns: COLUMNS };
const names = (plan: Plan | undefined): string[] => plan?.columns.map((c) => c.name) ?? [];
const count = (input: Plan): Plan => ({
  op: 'aggregate',
  input,
  keys: [],
  aggregates: [{ k: 'aggregate', name: 'count', args: [], type: 'long', span: undefined }],
  columns: [{ name: 'n', type: 'long' }],
});

function scansOf(plan: Plan): Plan[] {
  if (plan.op === 'scan') return [plan];
  if (plan.op === 'rows') return [];
  if (plan.op === 'join') return [...scansOf(plan.left), ...scansOf(plan.right)];
  if ('inputs' in plan) return plan.inputs.flatMap(scansOf);
  return scansOf(plan.input);
}

it('keeps what the answer shows, what conditions and orders read, and nothing else', () => {
  const plan = select(
    sort(filter(scan, column('c', 'bool')), [
      { expr: column('d', 'long'), descending: true, nullsFirst: false },
    ]),
    [{ from: 'a' }],
  );
  const [pruned] = pruneColumns([plan]);
  expect(names(pruned)).toEqual(['a']);
  expect(pruned?.op === 'project' && names(pruned.input)).toEqual(['a', 'c', 'd']);
  expect(pruned && scansOf(pruned).map(names)).toEqual([['a', 'c', 'd']]);
});

it('needs no column to count', () => {
  const [pruned] = pruneColumns([count(scan)]);
  expect(names(pruned)).toEqual(['n']);
  expect(pruned && scansOf(pruned).map(names)).toEqual([[]]);
});

it('shows all columns of a bare table, and of what an operator with its own SQL reads', () => {
  const custom: Plan = {
    op: 'custom',
    name: 'x',
    inputs: [limit(scan, constant(3n, 'long'))],
    columns: [{ name: 'x', type: 'long' }],
    ordered: false,
    build: () => {
      throw new Error('not asked');
    },
  };
  for (const plan of [scan, custom, { op: 'distinct', input: scan, columns: COLUMNS } as Plan])
    expect(pruneColumns([plan]).flatMap(scansOf).map(names)).toEqual([['a', 'b', 'c', 'd']]);
});

it('keeps a node that two plans read one node, with what either needs', () => {
  const shared: Plan = { op: 'materialize', input: scan, columns: COLUMNS };
  const [first, second] = pruneColumns([
    select(shared, [{ from: 'a' }]),
    select(shared, [{ from: 'b' }]),
  ]);
  expect(first?.op === 'project' && first.input).toBe(second?.op === 'project' && second.input);
  expect(first && scansOf(first).map(names)).toEqual([['a', 'b']]);
});

it('sees into subqueries and both sides of a join', () => {
  const inner = select(scan, [{ from: 'b' }]);
  const plan: Plan = {
    op: 'join',
    kind: 'inner',
    left: filter(scan, {
      k: 'inSubquery',
      value: column('c', 'long'),
      plan: inner,
      negated: false,
      foldCase: false,
      type: 'bool',
    }),
    right: { ...scan, table: 'u' },
    on: [{ left: column('a', 'long', 'left'), right: column('d', 'long', 'right') }],
    output: COLUMNS.map((c) => ({ side: 'right' as const, name: c.name })),
    columns: COLUMNS,
  };
  const [pruned] = pruneColumns([count(plan)]);
  expect(pruned && scansOf(pruned).map(names)).toEqual([['a', 'b', 'c'], ['d']]);
});
