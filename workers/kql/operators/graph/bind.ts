import type { Column } from '../../../../common/types/kql-type.ts';
import { convert } from '../../bind/expression.ts';
import type { Dynamic, Value } from '../../functions/define.ts';
import { intoDynamic } from '../../functions/value/convert.ts';
import { setKey } from '../../functions/value/dynamic.ts';
import { type Expr, walkExpr } from '../../plan/plan.ts';
import { type Evaluate, evaluator } from '../../steps/evaluator.ts';
import type { SyntaxNode } from '../../syntax/node.ts';
import type { OperatorContext } from '../define.ts';
import type { LoadedGraph } from './graph.ts';
import type { Condition, Match } from './match.ts';
import type { Pattern } from './pattern.ts';

/** A row of a node or an edge, while an expression over its columns is computed. */
interface Item {
  readonly row: readonly Value[];
  readonly graph: LoadedGraph;
  /** Number of the node; undefined for an edge. */
  readonly node: number | undefined;
}

type Reader<E> = (env: E) => Value;

/** Binds the expressions of graph operators: `node.column`, `edge.column`, map, all, any, node degrees. */
export class GraphExpressions {
  readonly #context: OperatorContext;
  readonly #nodeColumns: readonly Column[];
  readonly #edgeColumns: readonly Column[];
  readonly #pattern: Pattern;
  readonly #hopNames: readonly (string | undefined)[];
  readonly #readers = new Map<string, Reader<Match>>();
  readonly #uses = new Map<string, { readonly nodes: number[]; readonly hops: number[] }>();

  constructor(
    context: OperatorContext,
    nodeColumns: readonly Column[],
    edgeColumns: readonly Column[],
    pattern: Pattern,
  ) {
    this.#context = context;
    this.#nodeColumns = nodeColumns;
    this.#edgeColumns = edgeColumns;
    this.#pattern = pattern;
    this.#hopNames = pattern.paths.flatMap((p) => p.hops.map((h) => h.name));
  }

  /** An expression over a match. */
  bind(node: SyntaxNode): { readonly expr: Expr; readonly read: Reader<Match> } {
    const expr = this.#context.expressions.bind(node, this.#context.scope, {
      columns: [],
      member: (name, member) => this.#member(name, member),
      whole: (name) => this.#whole(name),
      call: (callNode) => this.#call(callNode),
    });
    return { expr, read: evaluator(expr, (name) => this.#readers.get(name) ?? (() => null)) };
  }

  /** The parts of a condition that are joined by `and`, each with what it needs. */
  conditions(node: SyntaxNode | undefined): Condition[] {
    if (!node) return [];
    if (node.type === 'ParenthesizedExpression') return this.conditions(node.child('Expression'));
    if (node.type === 'BinaryExpression' && node.operatorKind === 'And')
      return [...this.conditions(node.child('Left')), ...this.conditions(node.child('Right'))];
    const { expr } = this.bind(node);
    const test = evaluator(
      convert(expr, 'bool'),
      (name) => this.#readers.get(name) ?? (() => null),
    );
    const nodes = new Set<number>();
    const hops = new Set<number>();
    walkExpr(expr, (e) => {
      if (e.k !== 'column') return;
      for (const n of this.#uses.get(e.name)?.nodes ?? []) nodes.add(n);
      for (const h of this.#uses.get(e.name)?.hops ?? []) hops.add(h);
    });
    return [{ test, nodes, hops }];
  }

  #value(
    name: string,
    type: Column['type'],
    read: Reader<Match>,
    uses: { nodes: number[]; hops: number[] },
  ): Expr {
    this.#readers.set(name, read);
    this.#uses.set(name, uses);
    return { k: 'column', name, type };
  }

  #member(name: string, member: string): Expr | undefined {
    const node = this.#pattern.nodes.indexOf(name);
    if (node >= 0) {
      const at = this.#nodeColumns.findIndex((c) => c.name === member);
      const column = this.#nodeColumns[at];
      if (!column) return undefined;
      return this.#value(
        `·${name}.${member}`,
        column.type,
        (m) => m.graph.nodes[m.nodes[node] ?? -1]?.[at] ?? null,
        { nodes: [node], hops: [] },
      );
    }
    const hop = this.#hopNames.indexOf(name);
    if (hop < 0) return undefined;
    const at = this.#edgeColumns.findIndex((c) => c.name === member);
    const column = this.#edgeColumns[at];
    if (!column) return undefined;
    return this.#value(
      `·${name}.${member}`,
      column.type,
      (m) => m.graph.edges[m.hops[hop]?.[0] ?? -1]?.row[at] ?? null,
      { nodes: [], hops: [hop] },
    );
  }

  /** A node or an edge by itself is a bag of its columns; edges of any number are a list of such bags. */
  #whole(name: string): Expr | undefined {
    const node = this.#pattern.nodes.indexOf(name);
    if (node >= 0)
      return this.#value(
        `·${name}`,
        'dynamic',
        (m) => bagOf(m.graph.nodes[m.nodes[node] ?? -1] ?? [], this.#nodeColumns),
        { nodes: [node], hops: [] },
      );
    const hop = this.#hopNames.indexOf(name);
    if (hop < 0) return undefined;
    const variable = this.#pattern.paths.flatMap((p) => p.hops)[hop]?.variable === true;
    const compute: Reader<Match> = (m) => {
      const bags = edgesOf(hop)(m).map((e) => bagOf(e.row, this.#edgeColumns));
      return variable ? bags : (bags[0] ?? null);
    };
    return this.#value(`·${name}`, 'dynamic', compute, { nodes: [], hops: [hop] });
  }

  #call(node: SyntaxNode): Expr | undefined {
    const name = node.child('Name').name;
    const args = node.child('ArgumentList').list('Expressions');
    const [first, second] = args;
    if (name === 'labels') return NO_LABELS;
    if (name === 'node_degree_in' || name === 'node_degree_out') {
      if (!first) return undefined;
      const at = this.#pattern.nodes.indexOf(first.name);
      if (at < 0) return undefined;
      return this.#value(
        `·${name}(${first.name})`,
        'long',
        (m) => degree(m.graph, m.nodes[at] ?? -1, name),
        { nodes: [at], hops: [] },
      );
    }
    if (!/^(map|all|any)$/.test(name) || !first || !second) return undefined;
    const inner =
      first.type === 'FunctionCallExpression' && first.child('Name').name === 'inner_nodes';
    const edgeNode = inner ? first.child('ArgumentList').list('Expressions')[0] : first;
    const hop = this.#hopNames.indexOf(edgeNode?.name);
    if (hop < 0) return undefined;
    const read = this.#item(second, inner ? this.#nodeColumns : this.#edgeColumns);
    const items = inner ? innerNodes(hop, this.#pattern) : edgesOf(hop);
    const type = name === 'map' ? 'dynamic' : 'bool';
    const compute: Reader<Match> = (m) => {
      const found = items(m).map(read);
      if (name === 'map') return found;
      return name === 'all' ? found.every((v) => v === true) : found.some((v) => v === true);
    };
    return this.#value(`·${node.text}`, type, compute, { nodes: [], hops: [hop] });
  }

  /** An expression over the columns of one node or edge. */
  #item(node: SyntaxNode, columns: readonly Column[]): Evaluate<Item> {
    const readers = new Map<string, Evaluate<Item>>();
    const expr = this.#context.expressions.bind(node, this.#context.scope, {
      columns,
      call: (callNode) => {
        const name = callNode.child('Name').name;
        if (name === 'labels') return NO_LABELS;
        if (name !== 'node_degree_in' && name !== 'node_degree_out') return undefined;
        readers.set(`·${name}`, (item) => degree(item.graph, item.node ?? -1, name));
        return { k: 'column', name: `·${name}`, type: 'long' };
      },
    });
    return evaluator<Item>(
      expr,
      (name) =>
        readers.get(name) ??
        ((item) => item.row[columns.findIndex((c) => c.name === name)] ?? null),
    );
  }
}

/** Graphs that a query makes have none (page "labels()"). */
const NO_LABELS: Expr = { k: 'constant', value: [], type: 'dynamic' };

function degree(graph: LoadedGraph, node: number, name: string): bigint {
  return BigInt((name === 'node_degree_in' ? graph.in : graph.out)[node]?.length ?? 0);
}

function bagOf(row: readonly Value[], columns: readonly Column[]): Dynamic {
  const bag: { [name: string]: Dynamic } = {};
  columns.forEach((c, i) => {
    setKey(bag, c.name, intoDynamic(row[i] ?? null, c.type));
  });
  return bag;
}

const edgesOf =
  (hop: number) =>
  (m: Match): Item[] =>
    (m.hops[hop] ?? []).map((e) => ({
      row: m.graph.edges[e]?.row ?? [],
      graph: m.graph,
      node: undefined,
    }));

/** The nodes between the ends of a run of edges (page "inner_nodes()"). */
function innerNodes(hop: number, pattern: Pattern): (m: Match) => Item[] {
  const rule = pattern.paths.flatMap((p) => p.hops)[hop];
  return (m) => {
    const edges = m.hops[hop] ?? [];
    let at = m.nodes[rule?.from ?? 0] ?? 0;
    return edges.slice(0, -1).map((e) => {
      const edge = m.graph.edges[e];
      at = edge ? (edge.from === at ? edge.to : edge.from) : at;
      return { row: m.graph.nodes[at] ?? [], graph: m.graph, node: at };
    });
  };
}
