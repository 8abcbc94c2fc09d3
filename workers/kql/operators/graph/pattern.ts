import { AppError } from '../../../../common/errors/app-error.ts';
import type { SyntaxNode } from '../../syntax/node.ts';

/** One hop of a pattern: from a node to the next along an edge or a run of edges. */
export interface Hop {
  readonly name: string | undefined;
  /** Along the edge, against it, or either way. */
  readonly direction: 'forward' | 'backward' | 'any';
  readonly min: number;
  readonly max: number;
  readonly variable: boolean;
  readonly from: number;
  readonly to: number;
}

export interface Pattern {
  /** Names of nodes; those without one in the text are undefined. */
  readonly nodes: readonly (string | undefined)[];
  /** Sequences of hops, one per pattern of the text. */
  readonly paths: readonly { readonly start: number; readonly hops: readonly Hop[] }[];
}

const MAX_HOPS = 16;

function hopOf(node: SyntaxNode, from: number, to: number): Hop {
  const first = node.maybe('FirstToken')?.text ?? '';
  const last = node.maybe('LastToken')?.text ?? '';
  const range = node.maybe('Range');
  const number = (member: string, fallback: number): number => {
    const value = range?.maybe(member);
    return value ? Number(value.text) : fallback;
  };
  const backward = first.startsWith('<');
  const forward = (last === '' ? first : last).endsWith('>');
  const max = range ? number('RangeEnd', MAX_HOPS) : 1;
  if (max > 10_000)
    throw new AppError('semantic', 'graph_hops', 'A path can have 10,000 edges at most.', {
      span: node.span,
    });
  return {
    name: node.maybe('Name')?.name,
    direction: backward === forward ? 'any' : backward ? 'backward' : 'forward',
    min: range ? number('RangeStart', 1) : 1,
    max,
    variable: range !== undefined,
    from,
    to,
  };
}

/** The patterns of graph-match and graph-shortest-paths; a name used again is the same node. */
export function readPatterns(patterns: readonly SyntaxNode[]): Pattern {
  const nodes: (string | undefined)[] = [];
  const paths = patterns.map((pattern) => {
    const elements = pattern.list('PatternElements');
    const numbers = new Map<number, number>();
    elements.forEach((element, i) => {
      if (element.type !== 'GraphMatchPatternNode') return;
      const name = element.maybe('Name')?.name;
      const known = name ? nodes.indexOf(name) : -1;
      numbers.set(i, known >= 0 ? known : nodes.push(name) - 1);
    });
    const hops = elements.flatMap((element, i) =>
      element.type === 'GraphMatchPatternEdge'
        ? [hopOf(element, numbers.get(i - 1) ?? 0, numbers.get(i + 1) ?? 0)]
        : [],
    );
    return { start: numbers.get(0) ?? 0, hops };
  });
  return { nodes, paths };
}
