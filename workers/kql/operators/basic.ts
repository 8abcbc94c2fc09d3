import type { Column } from '../../../common/types/kql-type.ts';
import { convert } from '../bind/expression.ts';
import {
  column,
  constant,
  type Expr,
  filter,
  limit,
  type Plan,
  type SortKey,
  select,
  sort,
} from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { type OperatorContext, operator } from './define.ts';
import { named, outputsOf, project } from './outputs.ts';

export const where = operator('FilterOperator', ['where', 'filter'], (node, input, context) =>
  filter(input, convert(context.expr(node.child('Condition'), input), 'bool')),
);

export const projectOperator = operator('ProjectOperator', ['project'], (node, input, context) => {
  const outputs = node.list('Expressions').flatMap((e) => outputsOf(e, input, context));
  return project(input, named(outputs, node.columns, node), node.columns);
});

/**
 * The binder has done the wildcards: its columns are the answer, by name. It counts a column twice that a second
 * `parse` put in the place of the first.
 */
const byName = (syntax: string, name: string) =>
  operator(syntax, [name], (node, input) =>
    select(
      input,
      node.columns
        .filter((c) => input.columns.some((own) => own.name === c.name))
        .map((c) => ({ from: c.name })),
    ),
  );

export const projectAway = byName('ProjectAwayOperator', 'project-away');
export const projectKeep = byName('ProjectKeepOperator', 'project-keep');
export const projectReorder = byName('ProjectReorderOperator', 'project-reorder');
export const projectByNames = byName('ProjectByNamesOperator', 'project-by-names');

/** Renaming keeps every column in its place, so the binder's columns answer the input's one by one. */
export const projectRename = operator('ProjectRenameOperator', ['project-rename'], (node, input) =>
  select(
    input,
    input.columns.map((c, i) => ({ from: c.name, as: node.columns[i]?.name ?? c.name })),
  ),
);

/** Adds columns at the end, or in place of those of the same name. */
export function extend(
  node: SyntaxNode,
  elements: readonly SyntaxNode[],
  input: Plan,
  context: OperatorContext,
): Plan {
  const result = node.columns;
  const exprs: Expr[] = input.columns.map((c) => column(c.name, c.type));
  const columns: Column[] = [...input.columns];
  let next = input.columns.length;
  for (const element of elements) {
    for (const output of outputsOf(element, input, context)) {
      const name = output.name ?? result[next]?.name ?? `Column${next}`;
      const at = output.name === undefined ? -1 : columns.findIndex((c) => c.name === name);
      if (at >= 0) {
        exprs[at] = output.expr;
        columns[at] = { name, type: output.expr.type };
      } else {
        exprs.push(output.expr);
        columns.push({ name, type: output.expr.type });
        next++;
      }
    }
  }
  return project(input, exprs, columns);
}

export const extendOperator = operator('ExtendOperator', ['extend'], (node, input, context) =>
  extend(node, node.list('Expressions'), input, context),
);

export const serialize = operator('SerializeOperator', ['serialize'], (node, input, context) => {
  const serialized: Plan = { op: 'serialize', columns: input.columns, input };
  const elements = node.list('Expressions');
  return elements.length === 0 ? serialized : extend(node, elements, serialized, context);
});

export const count = operator('CountOperator', ['count'], (node, input) => ({
  op: 'aggregate',
  input,
  keys: [],
  aggregates: [{ k: 'aggregate', name: 'count', args: [], type: 'long', span: node.span }],
  columns: node.columns.map((c) => ({ name: c.name, type: 'long' })),
}));

export const distinct = operator('DistinctOperator', ['distinct'], (node, input, context) => {
  const outputs = node.list('Expressions').flatMap((e) => outputsOf(e, input, context));
  const columns = node.columns;
  const narrowed = project(input, named(outputs, columns, node), columns);
  return { op: 'distinct', columns: narrowed.columns, input: narrowed };
});

export const take = operator('TakeOperator', ['take', 'limit'], (node, input, context) =>
  limit(
    input,
    context.expressions.bindAs(node.child('Expression'), 'long', context.scope, { columns: [] }),
  ),
);

/** `x desc nulls first`: descending unless said, nulls first when ascending and last when descending. */
export function sortKey(node: SyntaxNode, input: Plan, context: OperatorContext): SortKey {
  const ordered = node.type === 'OrderedExpression';
  const ordering = ordered ? node.maybe('Ordering') : undefined;
  const descending = ordering?.maybe('AscOrDescKeyword')?.text.toLowerCase() !== 'asc';
  const nulls = ordering?.maybe('NullsClause')?.maybe('FirstOrLastKeyword')?.text.toLowerCase();
  return {
    expr: context.expr(ordered ? node.child('Expression') : node, input),
    descending,
    nullsFirst: nulls ? nulls === 'first' : !descending,
  };
}

export const sortOperator = operator('SortOperator', ['sort', 'order'], (node, input, context) =>
  sort(
    input,
    node.list('Expressions').map((e) => sortKey(e, input, context)),
  ),
);

export const top = operator('TopOperator', ['top'], (node, input, context) => {
  const key = sortKey(node.child('ByExpression'), input, context);
  const rows = context.expressions.bindAs(node.child('Expression'), 'long', context.scope, {
    columns: [],
  });
  return limit(sort(input, [key]), rows);
});

export const getSchema = operator('GetSchemaOperator', ['getschema'], (node, input) => ({
  op: 'rows',
  rows: input.columns.map((c, i) => [
    constant(c.name, 'string'),
    constant(BigInt(i), 'long'),
    constant(`System.${SYSTEM_TYPE[c.type]}`, 'string'),
    constant(c.type, 'string'),
  ]),
  columns: node.columns,
}));

/** .NET names as getschema prints them (page "getschema operator"). */
const SYSTEM_TYPE: Readonly<Record<Column['type'], string>> = {
  bool: 'SByte',
  int: 'Int32',
  long: 'Int64',
  real: 'Double',
  decimal: 'Data.SqlTypes.SqlDecimal',
  string: 'String',
  datetime: 'DateTime',
  timespan: 'TimeSpan',
  guid: 'Guid',
  dynamic: 'Object',
};

/** Only a name: for other steps of the text, and for the result's tab. */
export const as = operator('AsOperator', ['as'], (node, input, context) => {
  const plan: Plan = { op: 'materialize', columns: input.columns, input };
  context.scope.set(node.child('Name').name, { kind: 'tabular', plan });
  return plan;
});

/** Says how to draw; the rows stay as they are (page "render operator"). The query binder reads the annotation. */
export const render = operator('RenderOperator', ['render'], (_node, input) => input);

export const consume = operator('ConsumeOperator', ['consume'], (node, input) => ({
  op: 'filter',
  input,
  predicate: constant(false, 'bool'),
  columns:
    node.resultType?.kind === 'table' && node.columns.length > 0 ? node.columns : input.columns,
}));
