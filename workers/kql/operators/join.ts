import { convert } from '../bind/expression.ts';
import { column, type Expr, type JoinKind, type Plan, type Side } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { type OperatorContext, operator } from './define.ts';

interface Key {
  readonly left: Expr;
  readonly right: Expr;
}

const KINDS: ReadonlySet<string> = new Set([
  'innerunique',
  'inner',
  'leftouter',
  'rightouter',
  'fullouter',
  'leftsemi',
  'rightsemi',
  'leftanti',
  'rightanti',
]);

/** Other names of the anti joins (page "join operator"). */
const SYNONYMS: Readonly<Record<string, JoinKind>> = {
  anti: 'leftanti',
  leftantisemi: 'leftanti',
  rightantisemi: 'rightanti',
};

function joinKind(node: SyntaxNode, context: OperatorContext): JoinKind {
  const given = context.parameter(node, 'kind')?.text.toLowerCase() ?? 'innerunique';
  const kind = SYNONYMS[given] ?? given;
  if (!KINDS.has(kind))
    return node.fail('semantic', 'join_kind', `There is no join kind '${given}'.`);
  return kind as JoinKind;
}

function sideOf(expr: Expr): Side | undefined {
  return expr.k === 'column' ? expr.side : undefined;
}

/** `on a, $left.b == $right.c`: pairs of columns; both sides take a common type. */
function keysOf(
  conditions: readonly SyntaxNode[],
  left: Plan,
  right: Plan,
  context: OperatorContext,
): Key[] {
  return conditions.flatMap((condition) => keyOf(condition, left, right, context));
}

function keyOf(condition: SyntaxNode, left: Plan, right: Plan, context: OperatorContext): Key[] {
  if (condition.type === 'ParenthesizedExpression')
    return keyOf(condition.child('Expression'), left, right, context);
  if (condition.type === 'BinaryExpression' && condition.operatorKind === 'And')
    return keysOf([condition.child('Left'), condition.child('Right')], left, right, context);
  const row = { columns: left.columns, right: right.columns };
  if (condition.type === 'BinaryExpression' && condition.operatorKind === 'Equal') {
    const a = context.expressions.bind(condition.child('Left'), context.scope, row);
    const b = context.expressions.bind(condition.child('Right'), context.scope, row);
    const [l, r] = sideOf(a) === 'right' || sideOf(b) === 'left' ? [b, a] : [a, b];
    return [common(l, r)];
  }
  const name = condition.name;
  const l = left.columns.find((c) => c.name === name);
  const r = right.columns.find((c) => c.name === name);
  if (!l || !r)
    return condition.fail(
      'semantic',
      'join_key',
      `The column '${name}' must exist on both sides of the join.`,
    );
  return [common(column(name, l.type, 'left'), column(name, r.type, 'right'))];
}

const WIDTH: Readonly<Record<string, number>> = { int: 1, long: 2, real: 3, decimal: 4 };

function common(left: Expr, right: Expr): Key {
  if (left.type === right.type) return { left, right };
  const a = WIDTH[left.type];
  const b = WIDTH[right.type];
  if (a && b)
    return a > b
      ? { left, right: convert(right, left.type) }
      : { left: convert(left, right.type), right };
  if (left.type === 'dynamic') return { left: convert(left, right.type), right };
  if (right.type === 'dynamic') return { left, right: convert(right, left.type) };
  return { left, right };
}

/** Output columns of the binder (`a`, `b`, `a1`…) are the left's in order, then the right's. */
function outputOf(
  node: SyntaxNode,
  left: Plan,
  right: Plan,
  kind: JoinKind,
): { side: Side; name: string }[] {
  const lefts = left.columns.map((c) => ({ side: 'left' as const, name: c.name }));
  const rights = right.columns.map((c) => ({ side: 'right' as const, name: c.name }));
  const all =
    kind === 'leftsemi' || kind === 'leftanti'
      ? lefts
      : kind === 'rightsemi' || kind === 'rightanti'
        ? rights
        : [...lefts, ...rights];
  if (all.length !== node.columns.length)
    return node.fail(
      'unsupported',
      'join_columns',
      'not implemented in Calypso: a join of tables with unknown columns',
    );
  return all;
}

export const join = operator('JoinOperator', ['join'], (node, input, context) => {
  const right = context.tabular(node.child('Expression'));
  const kind = joinKind(node, context);
  const clause = node.maybe('ConditionClause');
  if (clause?.type === 'JoinWhereClause')
    return node.fail('unsupported', 'join_where', 'not implemented in Calypso: join … where');
  const on = keysOf(clause?.list('Expressions') ?? [], input, right, context);
  const output = outputOf(node, input, right, kind);
  return {
    op: 'join',
    left: input,
    right,
    kind,
    on,
    output,
    columns: output.map((o, i) => ({
      name: node.columns[i]?.name ?? o.name,
      type:
        (o.side === 'left' ? input : right).columns.find((c) => c.name === o.name)?.type ??
        'dynamic',
    })),
  };
});

/** Extends facts with dimensions: the right side's keys are left out (page "lookup operator"). */
export const lookup = operator('LookupOperator', ['lookup'], (node, input, context) => {
  const right = context.tabular(node.child('Expression'));
  const kind =
    context.parameter(node, 'kind')?.text.toLowerCase() === 'inner' ? 'inner' : 'leftouter';
  const on = keysOf(node.child('LookupClause').list('Expressions'), input, right, context);
  const keys = new Set(on.map((k) => keyName(k.right)));
  const output = [
    ...input.columns.map((c) => ({ side: 'left' as const, name: c.name, type: c.type })),
    ...right.columns
      .filter((c) => !keys.has(c.name))
      .map((c) => ({ side: 'right' as const, name: c.name, type: c.type })),
  ];
  return {
    op: 'join',
    left: input,
    right,
    kind,
    on,
    output,
    columns: output.map((o, i) => ({ name: node.columns[i]?.name ?? o.name, type: o.type })),
  };
});

function keyName(expr: Expr): string | undefined {
  if (expr.k === 'column') return expr.name;
  return expr.k === 'call' && expr.args[0] ? keyName(expr.args[0]) : undefined;
}
