import type { SyntaxNode } from '../syntax/node.ts';

/** One line of a pattern: what the arguments and the path must be, and the query that stands for it. */
interface PatternCase {
  readonly args: readonly string[];
  readonly path: string | undefined;
  readonly body: SyntaxNode;
}

const textOf = (node: SyntaxNode): string => String(node.raw.LiteralValue ?? node.text);

/** The cases of `declare pattern name = … { … }` (page "pattern statement"). */
export function patternCases(statement: SyntaxNode): PatternCase[] {
  const declaration = statement.maybe('Pattern');
  return (declaration?.list('Patterns') ?? []).map((match) => ({
    args: match.child('ParameterValues').list('Expressions').map(textOf),
    path: match.maybe('PathValue') ? textOf(match.child('PathValue').child('Value')) : undefined,
    body: match.child('Body'),
  }));
}

/** The case that a call `name("a").["b"]` means. */
export function findCase(
  cases: readonly PatternCase[],
  args: readonly string[],
  path: string | undefined,
): SyntaxNode | undefined {
  return cases.find(
    (c) =>
      c.path === path && c.args.length === args.length && c.args.every((a, i) => a === args[i]),
  )?.body;
}

export type { PatternCase };
