import { AppError, type Span } from '../../../common/errors/app-error.ts';
import { type SyntaxNode, wrap } from '../syntax/node.ts';
import type { ViewText } from './bind-view.ts';

/** Operators that treat each row of the source by itself: what was made of earlier rows stays right. */
export const BY_ROW: ReadonlySet<string> = new Set([
  'AsOperator',
  'ExtendOperator',
  'FilterOperator',
  'InvokeOperator',
  'JoinOperator',
  'LookupOperator',
  'MvApplyOperator',
  'MvExpandOperator',
  'ParseKvOperator',
  'ParseOperator',
  'ParseWhereOperator',
  'ProjectAwayOperator',
  'ProjectByNamesOperator',
  'ProjectKeepOperator',
  'ProjectOperator',
  'ProjectRenameOperator',
  'ProjectReorderOperator',
]);

/** Functions whose answer for a row is another one later, or elsewhere. */
const MOVING: ReadonlySet<string> = new Set([
  'ago',
  'cluster',
  'cursor_after',
  'cursor_before_or_at',
  'cursor_current',
  'current_cursor',
  'database',
  'external_table',
  'materialized_view',
  'new_guid',
  'now',
  'rand',
  'utcnow',
]);

/** Kinds of join that keep a row of the side where the source stands, or drop it, by that row alone. */
const LEFT_BY_ROW = new Set(['inner', 'leftouter', 'leftsemi', 'leftanti', 'leftantisemi', 'anti']);
const RIGHT_BY_ROW = new Set([
  'inner',
  'innerunique',
  'rightouter',
  'rightsemi',
  'rightanti',
  'rightantisemi',
]);

/**
 * The rules of page ".create materialized-view", section "Query argument": one source, row by row up to a single
 * summarize at the end, nothing that depends on the moment. Places are in the view's query.
 */
export function checkViewSyntax(
  root: SyntaxNode,
  { source, dimensionTables }: ViewText,
): { readonly dedup: boolean } {
  const statements = root.list('Statements').filter((s) => s.length > 0);
  const last = statements.at(-1);
  const query = last?.type === 'ExpressionStatement' ? last.child('Expression') : undefined;
  const summarize = query?.type === 'PipeExpression' ? query.child('Operator') : undefined;
  if (!query || summarize?.type !== 'SummarizeOperator') throw notSummarized((query ?? root).span);
  if (summarize.list('Aggregates').length === 0) throw notSummarized(summarize.span);
  for (const statement of statements)
    if (statement !== last && statement.type !== 'LetStatement')
      refuse(statement, 'Only let statements may stand before the query of a view.');
  const entered = new Set<SyntaxNode>();
  const visit = (node: SyntaxNode, inRow: boolean): void => {
    if (entered.has(node)) return;
    entered.add(node);
    checkNode(node, summarize, inRow, source, dimensionTables);
    const body = node.calledBody;
    if (body) visit(body, inRow);
    for (const child of node.children()) visit(child, inRow || node.type === 'MvApplyOperator');
  };
  for (const statement of statements) visit(statement, false);
  return { dedup: isDedup(summarize) };
}

function checkNode(
  node: SyntaxNode,
  summarize: SyntaxNode,
  inRow: boolean,
  source: string,
  dimensionTables: readonly string[],
): void {
  if (node.type.endsWith('Operator') && node !== summarize && !inRow && !BY_ROW.has(node.type))
    if (!isAside(node, source)) refuse(node, `${word(node)} can't stand in a materialized view.`);
  if (node.type === 'JoinOperator') checkJoin(node, source, 'innerunique');
  if (node.type === 'LookupOperator') checkJoin(node, source, 'leftouter');
  if (node.type === 'ExternalDataExpression')
    refuse(node, "externaldata can't stand in a materialized view.");
  if (node.type === 'FunctionCallExpression' && MOVING.has(node.child('Name').name))
    refuse(node, `${node.child('Name').name}() can't stand in a materialized view.`);
  const symbol = node.type === 'NameReference' ? node.symbol : undefined;
  if (!symbol || !/^(Table|MaterializedView|ExternalTable)$/.test(symbol.kind)) return;
  if (symbol.name !== source && !dimensionTables.includes(symbol.name))
    refuse(
      node,
      `'${symbol.name}' is not the view's source; name it in dimensionTables if it is a dimension.`,
    );
}

/** The operator works on tables beside the source: the other side of a join, a list for `in`. */
export function isAside(node: SyntaxNode, source: string): boolean {
  let pipe = node;
  for (;;) {
    const raw = pipe.raw.Parent as SyntaxNode['raw'] | null | undefined;
    const parent = raw ? wrap(raw, node.source) : undefined;
    if (parent?.type !== 'PipeExpression') break;
    pipe = parent;
  }
  return pipe.type === 'PipeExpression' && !mentions(pipe, source);
}

function mentions(node: SyntaxNode, name: string): boolean {
  return [...node.walk()].some((n) => n.type === 'NameReference' && n.name === name);
}

function checkJoin(node: SyntaxNode, source: string, usual: string): void {
  if (isAside(node, source)) return;
  const { byRow, kind, hint } = joinByRow(node, source, usual);
  if (byRow) return;
  refuse(
    node,
    `${word(node)} kind=${kind} depends on all rows of the source; a view takes them in piece by piece.`,
    [hint],
  );
}

/** Whether a join keeps or drops a row of the source by that row alone; the hint says which kinds do. */
export function joinByRow(
  node: SyntaxNode,
  source: string,
  usual: string,
): { readonly byRow: boolean; readonly kind: string; readonly hint: string } {
  const right = mentions(node.child('Expression'), source);
  const kind =
    node
      .list('Parameters')
      .find((p) => p.type === 'NamedParameter' && p.child('Name').name === 'kind')
      ?.child('Expression').text ?? usual;
  const kinds = right ? RIGHT_BY_ROW : LEFT_BY_ROW;
  return {
    byRow: kinds.has(kind),
    kind,
    hint: `With the source on the ${right ? 'right' : 'left'}: ${[...kinds].join(', ')}.`,
  };
}

function isDedup(summarize: SyntaxNode): boolean {
  const [only, ...others] = summarize.list('Aggregates');
  if (only?.type !== 'FunctionCallExpression' || others.length > 0) return false;
  const [arg, ...more] = only.child('ArgumentList').list('Expressions');
  return (
    /^(take_)?any$/.test(only.child('Name').name) &&
    arg?.type === 'StarExpression' &&
    more.length === 0
  );
}

/** How the operator is written. */
export const word = (node: SyntaxNode): string => /^[a-z-]+/i.exec(node.text)?.[0] ?? node.type;

function refuse(node: SyntaxNode, message: string, hints: readonly string[] = []): never {
  throw new AppError('semantic', 'view_query', message, { span: node.span, hints });
}

export function notSummarized(span: Span | undefined): AppError {
  return new AppError(
    'semantic',
    'view_query',
    "A materialized view's query ends with summarize and one aggregate or more.",
    span ? { span } : {},
  );
}
