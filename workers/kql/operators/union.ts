import type { Column } from '../../../common/types/kql-type.ts';
import { column, constant, type Expr, type Plan } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { type OperatorContext, source } from './define.ts';

interface Leg {
  readonly name: string;
  readonly plan: Plan;
}

/** The legs that one expression of a union names: a wildcard names several tables. */
function legsOf(node: SyntaxNode, context: OperatorContext): Leg[] {
  if (node.type === 'NameReference' && node.maybe('Name')?.type.includes('Wildcard')) {
    return [...context.tablesLike(node.text)];
  }
  return [{ name: legName(node), plan: context.tabular(node) }];
}

/**
 * What `withsource` shows for a leg: a stored table's or a view's name, or the name that `as` gives; any other
 * expression counts as an argument.
 */
export function legName(node: SyntaxNode): string {
  switch (node.type) {
    case 'ParenthesizedExpression':
      return legName(node.child('Expression'));
    case 'NameReference': {
      const kind = node.symbol?.kind ?? '';
      return /Table|View|Function/.test(kind) ? node.name : '';
    }
    case 'PipeExpression': {
      const operator = node.child('Operator');
      return operator.type === 'AsOperator' ? operator.child('Name').name : '';
    }
    case 'PathExpression':
      return legName(node.child('Selector'));
    case 'FunctionCallExpression':
      return node.child('ArgumentList').list('Expressions').length === 0
        ? node.child('Name').name
        : '';
    default:
      return '';
  }
}

export const nullOf = (type: Column['type']): Expr => constant(type === 'string' ? '' : null, type);

/**
 * Puts rows together by column name. Columns of one name and several types become one column per type, named
 * `x_long`, `x_string` (page "union operator").
 */
export function unionOf(
  legs: readonly Leg[],
  options: {
    readonly inner: boolean;
    readonly source: string | undefined;
    /** How a leg without a name is called: this and its number. */
    readonly unnamed?: string;
  },
): Plan {
  const types = new Map<string, Set<Column['type']>>();
  for (const leg of legs)
    for (const c of leg.plan.columns)
      types.set(c.name, (types.get(c.name) ?? new Set()).add(c.type));
  const columns: { readonly from: string; readonly column: Column }[] = [];
  for (const [name, found] of types) {
    if (
      options.inner &&
      !legs.every((l) => l.plan.columns.some((c) => c.name === name && found.size === 1))
    )
      continue;
    for (const type of found) {
      // A made-up name gives way to a column that is called so.
      const made = found.size > 1 ? `${name}_${type}` : name;
      const taken = found.size > 1 && types.has(made) ? `${made}1` : made;
      columns.push({ from: name, column: { name: taken, type } });
    }
  }
  const output: Column[] = [
    ...(options.source ? [{ name: options.source, type: 'string' as const }] : []),
    ...columns.map((c) => c.column),
  ];
  const inputs = legs.map(
    (leg, i): Plan => ({
      op: 'project',
      input: leg.plan,
      columns: output,
      exprs: [
        ...(options.source
          ? [constant(leg.name || `${options.unnamed ?? 'union_arg'}${i}`, 'string')]
          : []),
        ...columns.map((c): Expr => {
          const own = leg.plan.columns.find((x) => x.name === c.from && x.type === c.column.type);
          return own ? column(own.name, own.type) : nullOf(c.column.type);
        }),
      ],
    }),
  );
  return { op: 'union', inputs, columns: output };
}

export const union = source('UnionOperator', ['union'], (node, input, context) => {
  const fuzzy = context.parameter(node, 'isfuzzy')?.text.toLowerCase() === 'true';
  const legs: Leg[] = input ? [{ name: pipedName(node), plan: input }] : [];
  for (const expression of node.list('Expressions')) {
    try {
      legs.push(...legsOf(expression, context));
    } catch (error) {
      if (!fuzzy) throw error;
    }
  }
  if (legs.length === 0) return node.fail('semantic', 'union_empty', 'No table fits this union.');
  const named = context.parameter(node, 'withsource') ?? context.parameter(node, 'with_source');
  const plan = unionOf(legs, {
    inner: context.parameter(node, 'kind')?.text.toLowerCase() === 'inner',
    source: named?.name,
  });
  return plan;
});

/** The name of what stands before the pipe. */
function pipedName(node: SyntaxNode): string {
  const parent = node.raw.Parent as typeof node.raw | null;
  const before = parent ? node.sibling(parent, 'Expression') : undefined;
  return before ? legName(before) : '';
}
