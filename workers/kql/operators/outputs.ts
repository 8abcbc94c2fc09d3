import type { Column } from '../../../common/types/kql-type.ts';
import { call, column, constant, type Expr, type Plan } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import type { OperatorContext } from './define.ts';

/** One column that an element of `extend`, `project`, `summarize`… makes. */
export interface Output {
  /** The name that the text gives; undefined where Kusto.Language makes one up. */
  readonly name: string | undefined;
  readonly expr: Expr;
}

/** Names that an element gives to its columns: none, one, or a list in brackets. */
export function givenNames(element: SyntaxNode): (string | undefined)[] {
  if (element.type === 'SimpleNamedExpression') return [element.child('Name').name];
  if (element.type === 'CompoundNamedExpression')
    return element
      .child('Names')
      .list('Names')
      .map((n) => n.name);
  return [];
}

/** The columns of one element, in order; a function may give several (`percentiles`, `series_stats`). */
export function outputsOf(
  element: SyntaxNode,
  input: Plan,
  context: OperatorContext,
  /** What a star among an aggregate's arguments stands for. */
  star: readonly Column[] = input.columns,
): Output[] {
  const names = givenNames(element);
  const value =
    element.type === 'SimpleNamedExpression' || element.type === 'CompoundNamedExpression'
      ? element.child('Expression')
      : element;
  if (value.type === 'StarExpression')
    return input.columns.map((c) => ({ name: c.name, expr: column(c.name, c.type) }));
  const type = value.resultType;
  if (type?.kind === 'tuple') return tupleOutputs(value, type.columns, names, input, context, star);
  const expr = context.expr(value, input);
  // A star that stands for one column makes no tuple.
  const [only] = star;
  if (only && expr.k === 'aggregate' && expr.args.length === 0 && hasStar(value))
    return [{ name: names[0], expr: { ...expr, args: [column(only.name, only.type)] } }];
  const own = value.type === 'NameReference' && expr.k === 'column' ? expr.name : undefined;
  return [{ name: names[0] ?? own, expr }];
}

const hasStar = (call: SyntaxNode): boolean =>
  (call.maybe('ArgumentList')?.list('Expressions') ?? []).some((a) => a.type === 'StarExpression');

/** Spreads a function of several columns into one expression per column. */
function tupleOutputs(
  value: SyntaxNode,
  columns: readonly Column[],
  names: readonly (string | undefined)[],
  input: Plan,
  context: OperatorContext,
  star: readonly Column[],
): Output[] {
  const expr = context.expr(value, input);
  if (expr.k === 'aggregate')
    return aggregateOutputs(value, expr, columns, names, input, context, star);
  return columns.map((c, i) => ({
    name: names[i],
    expr: call(
      `to${c.type}`,
      [
        call(
          'op_Element',
          [{ ...expr, type: 'dynamic' } as Expr, constant(BigInt(i), 'long')],
          'dynamic',
          value.span,
        ),
      ],
      c.type,
      value.span,
    ),
  }));
}

/** Aggregates that answer with several columns: one call per column. */
function aggregateOutputs(
  value: SyntaxNode,
  expr: Expr & { readonly k: 'aggregate' },
  columns: readonly Column[],
  names: readonly (string | undefined)[],
  input: Plan,
  context: OperatorContext,
  star: readonly Column[],
): Output[] {
  const single = (args: readonly Expr[], i: number): Output => ({
    name: names[i],
    expr: { ...expr, args, type: columns[i]?.type ?? expr.type },
  });
  const args = value.child('ArgumentList').list('Expressions');
  const [first, ...rest] = expr.args;
  if (/^arg_?(max|min)$/.test(expr.name) && first) {
    const values: Expr[] = [first];
    for (const arg of args.slice(1)) {
      if (arg.type === 'StarExpression') {
        const taken = values.map((v) => (v.k === 'column' ? v.name : ''));
        for (const c of star) if (!taken.includes(c.name)) values.push(column(c.name, c.type));
      } else values.push(context.expr(arg, input));
    }
    return alignToColumns(values, columns, input).map((v, i) => single([first, v], i));
  }
  if (/^(take_)?any(if)?$/.test(expr.name)) {
    const values = args.some((a) => a.type === 'StarExpression')
      ? star.map((c): Expr => column(c.name, c.type))
      : expr.args;
    return alignToColumns(values, columns, input).map((v, i) => single([v], i));
  }
  if (/^percentilesw?$/.test(expr.name) && first) {
    const fixed = expr.name === 'percentilesw' ? expr.args.slice(0, 2) : [first];
    const wanted = expr.args
      .slice(fixed.length)
      .flatMap((p): Expr[] =>
        p.k === 'constant' && Array.isArray(p.value)
          ? p.value.map((v) => constant(v, 'real'))
          : [p],
      );
    const values = wanted.map((p) => (p.k === 'constant' ? p.value : null));
    // Each knows the others: all come out of one sorted list.
    const all: Expr[] = expr.name === 'percentiles' ? [constant(values, 'dynamic')] : [];
    return wanted.map((p, i) => single([...fixed, p, ...all], i));
  }
  return columns.map((_, i) =>
    single([first ?? constant(null, 'dynamic'), ...rest, constant(BigInt(i), 'long')], i),
  );
}

/** A star leaves out the grouping columns: where the counts differ, the binder's names decide. */
function alignToColumns(values: readonly Expr[], columns: readonly Column[], input: Plan): Expr[] {
  if (values.length === columns.length) return [...values];
  const types = new Map(input.columns.map((c) => [c.name, c.type]));
  return columns.map((c, i) => {
    const known = types.get(c.name);
    return known ? column(c.name, known) : (values[i] ?? constant(null, c.type));
  });
}

/** Gives Kusto.Language's names and types to outputs that are in its order. */
export function named(
  outputs: readonly Output[],
  columns: readonly Column[],
  node: SyntaxNode,
): Expr[] {
  if (outputs.length !== columns.length)
    return node.fail(
      'unsupported',
      'columns',
      `not implemented in Calypso: ${node.text.split(/\s/)[0]} with ${columns.length} columns from ${outputs.length} expressions`,
    );
  return outputs.map((o) => o.expr);
}

export const project = (input: Plan, exprs: readonly Expr[], columns: readonly Column[]): Plan => ({
  op: 'project',
  input,
  exprs,
  columns: columns.map((c, i) => ({ name: c.name, type: exprs[i]?.type ?? c.type })),
});
