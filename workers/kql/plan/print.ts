import { kqlLiteral } from '../../../common/text/kql-literal.ts';
import { printDynamic } from '../functions/value/dynamic.ts';
import { type Expr, inputsOf, type Plan } from './plan.ts';

const OPERATOR_SIGN: Readonly<Record<string, string>> = {
  op_Add: '+',
  op_Subtract: '-',
  op_Multiply: '*',
  op_Divide: '/',
  op_Modulo: '%',
  op_Equal: '==',
  op_NotEqual: '!=',
  op_LessThan: '<',
  op_LessThanOrEqual: '<=',
  op_GreaterThan: '>',
  op_GreaterThanOrEqual: '>=',
  op_And: 'and',
  op_Or: 'or',
  op_EqualTilde: '=~',
  op_BangTilde: '!~',
};

const MAX_ROWS = 3;

/** An expression in one line, close to KQL. */
export function exprText(expr: Expr): string {
  switch (expr.k) {
    case 'column':
      return expr.side === undefined ? expr.name : `$${expr.side}.${expr.name}`;
    case 'constant':
      if (expr.type === 'dynamic')
        return expr.value === null ? 'dynamic(null)' : `dynamic(${printDynamic(expr.value)})`;
      return kqlLiteral(expr.value as Parameters<typeof kqlLiteral>[0], expr.type);
    case 'call': {
      const sign = OPERATOR_SIGN[expr.name];
      const args = expr.args.map(exprText);
      if (sign !== undefined && args.length === 2) return `(${args[0]} ${sign} ${args[1]})`;
      return `${expr.name}(${args.join(', ')})`;
    }
    case 'aggregate':
    case 'window':
      return `${expr.name}(${expr.args.map(exprText).join(', ')})`;
    case 'subquery':
      return `toscalar(${expr.plan.op})`;
    case 'inSubquery':
      return `(${exprText(expr.value)} ${expr.negated ? '!' : ''}in${expr.foldCase ? '~' : ''} (${expr.plan.op}))`;
  }
}

function nodeText(plan: Plan): string {
  switch (plan.op) {
    case 'scan':
      if (plan.external) return `scan files of ${plan.table}`;
      return `scan ${plan.database}.${plan.table}${plan.delta === undefined ? '' : ` (not yet in ${plan.delta})`}`;
    case 'rows': {
      const shown = plan.rows
        .slice(0, MAX_ROWS)
        .map((row) => `(${row.map(exprText).join(', ')})`)
        .join(' ');
      const rest = plan.rows.length - MAX_ROWS;
      return `rows ${shown}${rest > 0 ? ` … and ${rest} more` : ''}`;
    }
    case 'filter':
      return `filter ${exprText(plan.predicate)}`;
    case 'project':
      return `project ${plan.columns.map((c, i) => assigned(c.name, plan.exprs[i])).join(', ')}`;
    case 'aggregate': {
      const keys = plan.keys.map((k, i) => assigned(plan.columns[i]?.name, k));
      const aggregates = plan.aggregates.map((a, i) =>
        assigned(plan.columns[plan.keys.length + i]?.name, a),
      );
      return `aggregate ${aggregates.join(', ')}${keys.length > 0 ? ` by ${keys.join(', ')}` : ''}`;
    }
    case 'join': {
      const on = plan.on.map((k) => `${exprText(k.left)} == ${exprText(k.right)}`);
      return `join ${plan.kind} on ${on.join(', ') || 'true'}`;
    }
    case 'sort':
      return `sort ${plan.keys
        .map(
          (k) =>
            `${exprText(k.expr)} ${k.descending ? 'desc' : 'asc'} nulls ${k.nullsFirst ? 'first' : 'last'}`,
        )
        .join(', ')}`;
    case 'limit':
      return `limit ${exprText(plan.count)}`;
    case 'custom':
      return plan.name;
    case 'step':
      return `${plan.name} (in TypeScript)`;
    default:
      return plan.op;
  }
}

function assigned(name: string | undefined, expr: Expr | undefined): string {
  if (!expr) return name ?? '';
  const text = exprText(expr);
  return name === undefined || text === name ? text : `${name} = ${text}`;
}

/**
 * A plan as an indented tree, the last node first, each with its columns' types behind it. A node that is used
 * twice is printed once and then named by its place; no running ids, so that golden files stay stable.
 */
export function planText(plan: Plan, depth = 0, seen: Map<Plan, string> = new Map()): string {
  const indent = '  '.repeat(depth);
  const known = seen.get(plan);
  if (known !== undefined) return `${indent}as above: ${known}`;
  const own = nodeText(plan);
  if (plan.op !== 'scan') seen.set(plan, own);
  const columns = plan.columns.map((c) => `${c.name}:${c.type}`).join(', ');
  const lines = [`${indent}${own}  → ${columns}`];
  for (const input of inputsOf(plan)) lines.push(planText(input, depth + 1, seen));
  return lines.join('\n');
}
