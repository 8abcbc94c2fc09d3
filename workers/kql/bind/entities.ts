import type { SyntaxNode } from '../syntax/node.ts';

/** The constant that `cluster("…")` or `database("…")` somewhere in a path is called with. */
export function calledWith(path: SyntaxNode, name: string): string | undefined {
  for (const node of path.walk()) {
    if (node.type !== 'FunctionCallExpression' || node.child('Name').name !== name) continue;
    const [argument] = node.child('ArgumentList').list('Expressions');
    if (!argument) return undefined;
    return String(argument.raw.LiteralValue ?? argument.name);
  }
  return undefined;
}

/** The leftmost expression of a path: `X` of `X.database("d").T`. */
export function headOf(path: SyntaxNode): SyntaxNode {
  return path.type === 'PathExpression' ? headOf(path.child('Expression')) : path;
}
