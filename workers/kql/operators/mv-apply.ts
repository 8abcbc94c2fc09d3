import type { Column } from '../../../common/types/kql-type.ts';
import { perPartition } from '../passes/per-partition.ts';
import { column, type Plan, select } from '../plan/plan.ts';
import { operator } from './define.ts';
import { expand, expansionsOf } from './mv-expand.ts';

const ROW: Column = { name: '·row', type: 'long' };

/** Numbers the rows, so that what is expanded can be put back to its row. */
function withRowNumber(input: Plan): Plan {
  return {
    op: 'project',
    input: { op: 'serialize', input, columns: input.columns },
    exprs: [
      ...input.columns.map((c) => column(c.name, c.type)),
      { k: 'window', name: 'row_number', args: [], type: 'long', span: undefined },
    ],
    columns: [...input.columns, ROW],
  };
}

/**
 * Expands each row's lists into a small table, runs the subquery on each, and joins the answers to the row (page
 * "mv-apply operator").
 */
export const mvApply = operator(
  'MvApplyOperator',
  ['mv-apply', 'mvapply'],
  (node, input, context) => {
    const expansions = expansionsOf(node.list('Expressions'), input, context);
    const itemIndex = context.parameter(node, 'with_itemindex')?.name;
    const limitNode = node.maybe('RowLimitClause')?.maybe('RowLimit');
    const numbered: Plan = {
      op: 'materialize',
      input: withRowNumber(input),
      columns: [...input.columns, ROW],
    };
    const expandedNames = new Set(expansions.map((e) => e.name));
    const inner: Column[] = [
      ...input.columns.filter((c) => !expandedNames.has(c.name)),
      ...expansions.map((e) => ({ name: e.name, type: e.type })),
      ...(itemIndex ? [{ name: itemIndex, type: 'long' as const }] : []),
    ];
    const expanded = expand(numbered, expansions, [...inner, ROW], {
      itemIndex,
      bagAs: 'bag',
      limit: limitNode
        ? context.expressions.bindAs(limitNode, 'long', context.scope, { columns: [] })
        : undefined,
    });
    const base = select(
      expanded,
      inner.map((c) => ({ from: c.name })),
    );
    const planned = context.pipeline(node.child('Subquery').child('Expression'), base);
    const perRow = perPartition(planned, { base, keyed: expanded, key: ROW });
    const output = node.columns;
    // The subquery's columns win over the row's of the same name.
    const made = new Set(planned.columns.map((c) => c.name));
    // Rows that still have all columns need nothing of the row they came from, and stay in their order.
    if (output.every((c) => made.has(c.name)))
      return select(
        perRow,
        output.map((c) => ({ from: c.name })),
      );
    const joined: Plan = {
      op: 'join',
      kind: 'inner',
      left: numbered,
      right: perRow,
      on: [{ left: column(ROW.name, 'long', 'left'), right: column(ROW.name, 'long', 'right') }],
      output: output.map((c) => ({
        side: made.has(c.name) ? ('right' as const) : ('left' as const),
        name: c.name,
      })),
      columns: output.map((c) => {
        const from = made.has(c.name) ? planned.columns : input.columns;
        return { name: c.name, type: from.find((x) => x.name === c.name)?.type ?? c.type };
      }),
    };
    return joined;
  },
);
