import { AppError } from '../../../common/errors/app-error.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { BY_ROW, isAside, joinByRow, word } from '../views/check-view.ts';

/** Row by row as well, though a view can't hold them. */
const ALSO_BY_ROW: ReadonlySet<string> = new Set(['SearchOperator']);

/**
 * Refuses, by name and place, what a standing query can't say: it sees each new row of `source` once, as it comes,
 * and never all of them. `root` is the tree of `source | …`.
 */
export function checkStandingSyntax(root: SyntaxNode, source: string): void {
  const statements = root.list('Statements').filter((s) => s.length > 0);
  const [first, second] = statements;
  if (second) refuse(second, 'A standing query is one pipeline: there is no second statement.', []);
  if (!first) return;
  const entered = new Set<SyntaxNode>();
  const own = firstReference(first);
  const visit = (node: SyntaxNode, inRow: boolean): void => {
    if (entered.has(node)) return;
    entered.add(node);
    if (node !== own) checkNode(node, source, inRow);
    const body = node.calledBody;
    if (body) visit(body, inRow);
    for (const child of node.children()) visit(child, inRow || node.type === 'MvApplyOperator');
  };
  visit(first, false);
}

/** Where the text itself names the table. */
function firstReference(statement: SyntaxNode): SyntaxNode | undefined {
  for (const node of statement.walk()) if (node.type === 'NameReference') return node;
  return undefined;
}

function checkNode(node: SyntaxNode, source: string, inRow: boolean): void {
  if (node.type === 'JoinOperator' || node.type === 'LookupOperator') {
    if (isAside(node, source)) return;
    const usual = node.type === 'JoinOperator' ? 'innerunique' : 'leftouter';
    const { byRow, kind, hint } = joinByRow(node, source, usual);
    if (!byRow)
      refuse(node, `${word(node)} kind=${kind} needs all rows of ${source} at once.`, [hint]);
  } else if (node.type.endsWith('Operator') && !inRow && !isByRow(node) && !isAside(node, source))
    refuse(
      node,
      node.type === 'RenderOperator'
        ? 'render draws a chart of all rows; the live view shows rows.'
        : `${word(node)} needs all rows of ${source}; a standing query sees each row once, as it comes.`,
      ['Open it as a query and let its tab refresh: it runs again every few seconds.'],
    );
  const symbol = node.type === 'NameReference' ? node.symbol : undefined;
  if (symbol?.kind === 'Table' && symbol.name === source)
    refuse(node, `${source} itself can't be looked up in: only its new rows are here.`, []);
}

const isByRow = ({ type }: SyntaxNode): boolean => BY_ROW.has(type) || ALSO_BY_ROW.has(type);

function refuse(node: SyntaxNode, message: string, hints: readonly string[]): never {
  throw new AppError('semantic', 'standing_query', message, { span: node.span, hints });
}
