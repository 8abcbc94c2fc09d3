import type { Column } from '../../../common/types/kql-type.ts';
import { convert } from '../bind/expression.ts';
import { call, column, constant, type Expr, filter, type Plan, select } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { type OperatorContext, source } from './define.ts';
import { legName, unionOf } from './union.ts';

/** A pattern of search: whole terms, or a part where stars stand (page "search operator"). */
function termTest(subject: Expr, text: string, caseSensitive: boolean, whole: boolean): Expr {
  const cs = caseSensitive ? 'Cs' : '';
  const before = text.startsWith('*');
  const after = text.endsWith('*') && text.length > 1;
  const bare = text.slice(before ? 1 : 0, after ? -1 : undefined);
  const test = (name: string, value: string): Expr =>
    call(name, [subject, constant(value, 'string')], 'bool');
  if (bare === '') return test(`op_Contains${cs}`, '');
  if (bare.includes('*')) {
    const regex = bare
      .split('*')
      .map((p) => p.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'))
      .join('.*');
    // Terms begin and end where no star stands.
    const pattern = `${!before && /^\w/.test(bare) ? '\\b' : ''}${regex}${!after && /\w$/.test(bare) ? '\\b' : ''}`;
    return test('op_MatchRegex', `${caseSensitive ? '' : '(?i)'}(?s)${pattern}`);
  }
  if (before && after) return test(`op_Contains${cs}`, bare);
  if (after) return test(`op_HasPrefix${cs}`, bare);
  if (before) return test(`op_HasSuffix${cs}`, bare);
  return test(whole ? `op_Equal` : `op_Has${cs}`, bare);
}

/** Every column as text, for a bare term. */
function anyColumn(columns: readonly Column[], text: string, caseSensitive: boolean): Expr {
  const tests = columns.map((c) =>
    termTest(convert(column(c.name, c.type), 'string'), text, caseSensitive, false),
  );
  return tests.length > 0
    ? tests.reduce((a, b) => call('op_Or', [a, b], 'bool'))
    : constant(false, 'bool');
}

/** A condition in which texts and numbers of their own are terms that any column may hold (page "search operator"). */
export function searchCondition(
  node: SyntaxNode,
  input: Plan,
  context: OperatorContext,
  caseSensitive: boolean,
): Expr {
  switch (node.type) {
    case 'ParenthesizedExpression':
      return searchCondition(node.child('Expression'), input, context, caseSensitive);
    case 'StarExpression':
      return constant(true, 'bool');
    case 'LiteralExpression':
    case 'CompoundStringLiteralExpression':
      if (node.scalarType === 'string' || typeof node.raw.LiteralValue === 'string')
        return anyColumn(input.columns, String(node.raw.LiteralValue ?? ''), caseSensitive);
      // A whole number is looked for as a term; the service finds no real that way.
      return node.scalarType === 'real'
        ? constant(false, 'bool')
        : anyColumn(input.columns, node.text, caseSensitive);
    case 'BinaryExpression': {
      const kind = node.operatorKind;
      const left = node.child('Left');
      const right = node.child('Right');
      if (
        kind === 'And' ||
        kind === 'Or' ||
        node.kind === 'AndExpression' ||
        node.kind === 'OrExpression'
      )
        return call(
          kind === 'Or' || node.kind === 'OrExpression' ? 'op_Or' : 'op_And',
          [
            searchCondition(left, input, context, caseSensitive),
            searchCondition(right, input, context, caseSensitive),
          ],
          'bool',
        );
      const missing =
        left.type === 'NameReference' && !input.columns.some((c) => c.name === left.name);
      if (missing) return constant(false, 'bool');
      if (kind === 'Search' || node.kind === 'SearchExpression') {
        const text =
          right.raw.LiteralValue === undefined || right.raw.LiteralValue === null
            ? right.text
            : String(right.raw.LiteralValue);
        if (left.type === 'StarExpression') return anyColumn(input.columns, text, caseSensitive);
        const subject = convert(context.expr(left, input), 'string');
        return termTest(subject, text, caseSensitive, false);
      }
      return convert(context.expr(node, input), 'bool');
    }
    case 'FunctionCallExpression':
      if (node.child('Name').name === 'not') {
        const inner = node.child('ArgumentList').list('Expressions')[0];
        if (inner)
          return call(
            'not',
            [searchCondition(inner, input, context, caseSensitive)],
            'bool',
            node.span,
          );
      }
      return convert(context.expr(node, input), 'bool');
    default:
      return convert(context.expr(node, input), 'bool');
  }
}

interface Leg {
  readonly name: string;
  readonly plan: Plan;
}

/** The tables that `in (…)` names, else all of the database. */
export function tablesIn(clause: SyntaxNode | undefined, context: OperatorContext): Leg[] {
  const all = (pattern: string): Leg[] => [...context.tablesLike(pattern)];
  if (!clause) return all('*');
  return clause
    .list('Expressions')
    .flatMap((e) =>
      e.maybe('Name')?.type.includes('Wildcard') || e.text.includes('*')
        ? all(e.text)
        : [{ name: legName(e), plan: context.tabular(e) }],
    );
}

export const search = source('SearchOperator', ['search'], (node, input, context) => {
  const caseSensitive = context.parameter(node, 'kind')?.text.toLowerCase() === 'case_sensitive';
  const legs: Leg[] = input
    ? [{ name: '', plan: input }]
    : tablesIn(node.maybe('InClause'), context);
  const found = legs.map((leg) => ({
    name: leg.name,
    plan: filter(
      leg.plan,
      searchCondition(node.child('Condition'), leg.plan, context, caseSensitive),
    ),
  }));
  if (found.length === 0)
    return node.fail('semantic', 'search_empty', 'There is no table to search.');
  const plan = unionOf(found, { inner: false, source: '$table', unnamed: 'search_arg' });
  const wanted = node.columns.filter((c) => plan.columns.some((p) => p.name === c.name));
  return wanted.length === plan.columns.length
    ? select(
        plan,
        wanted.map((c) => ({ from: c.name })),
      )
    : plan;
});
