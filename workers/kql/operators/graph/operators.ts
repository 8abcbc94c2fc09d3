import type { Column, KqlType } from '../../../../common/types/kql-type.ts';
import { convert } from '../../bind/expression.ts';
import type { Value } from '../../functions/define.ts';
import { registry } from '../../functions/registry.ts';
import { perPartition } from '../../passes/per-partition.ts';
import { column, type Plan, type Row, select } from '../../plan/plan.ts';
import { evaluator } from '../../steps/evaluator.ts';
import type { SyntaxNode } from '../../syntax/node.ts';
import { type OperatorContext, operator } from '../define.ts';
import { GraphExpressions } from './bind.ts';
import {
  connect,
  type Graph,
  graphOf,
  graphPlan,
  inputsOfGraph,
  type LoadedGraph,
  loadGraph,
} from './graph.ts';
import { type Cycles, matches, shortest } from './match.ts';
import { type Pattern, readPatterns } from './pattern.ts';

const BATCH = 1_000;

function needGraph(node: SyntaxNode, input: Plan): Graph {
  const graph = graphOf(input);
  return (
    graph ??
    node.fail(
      'semantic',
      'graph_needed',
      `${node.text.split(/\s/)[0]} needs a graph before it: use make-graph.`,
    )
  );
}

const changed = (
  graph: Graph,
  change: (graph: LoadedGraph) => LoadedGraph,
  nodeColumns?: readonly Column[],
): Plan =>
  graphPlan({
    ...graph,
    nodeColumns: nodeColumns ?? graph.nodeColumns,
    changes: [...graph.changes, change],
  });

export const makeGraph = operator('MakeGraphOperator', ['make-graph'], (node, input, context) => {
  const graph = declaredGraph(node, input, context);
  const partitions = node.maybe('PartitionedByClause');
  return partitions ? perGraph(partitions, graph, context) : graphPlan(graph);
});

function declaredGraph(node: SyntaxNode, edges: Plan, context: OperatorContext): Graph {
  const source = node.child('SourceColumn').name;
  const target = node.child('TargetColumn').name;
  const clause = node.maybe('WithClause');
  if (clause?.type === 'MakeGraphWithTablesAndKeysClause') {
    const nodes = clause.list('TablesAndKeys').map((t) => ({
      plan: context.tabular(t.child('Table')),
      key: t.child('Column').name,
    }));
    const nodeColumns: Column[] = [];
    for (const table of nodes)
      for (const c of table.plan.columns)
        if (!nodeColumns.some((n) => n.name === c.name)) nodeColumns.push(c);
    return { edges, source, target, nodes, nodeColumns, changes: [] };
  }
  const type = edges.columns.find((c) => c.name === source)?.type ?? 'string';
  const name = clause ? clause.child('Name').name : 'node_id';
  return { edges, source, target, nodes: [], nodeColumns: [{ name, type }], changes: [] };
}

const PARTITION = '·partition';

/**
 * `partitioned-by column ( … )`: a graph for each value of a column, which edges and nodes have both, and the
 * answers of all of them put together (page "make-graph operator").
 */
function perGraph(clause: SyntaxNode, whole: Graph, context: OperatorContext): Plan {
  const by = clause.child('Entity');
  const keyedOf = (table: Plan, what: string): Plan => {
    const own =
      table.columns.find((c) => c.name === by.name) ??
      by.fail(
        'semantic',
        'no_partition_column',
        `The ${what} have no column ${by.name}: it tells which graph a row belongs to.`,
      );
    return {
      op: 'project',
      input: table,
      exprs: [...table.columns, own].map((c) => column(c.name, c.type)),
      columns: [...table.columns, { name: PARTITION, type: own.type }],
    };
  };
  // Plans of their own, so that a table that is read elsewhere too stays whole there.
  const own = (keyed: Plan): Plan =>
    select(
      keyed,
      keyed.columns.slice(0, -1).map((c) => ({ from: c.name })),
    );
  const keyed = keyedOf(whole.edges, 'edges');
  const base = own(keyed);
  const others = new Map<Plan, Plan>();
  const nodes = whole.nodes.map((table) => {
    const rows = keyedOf(table.plan, 'nodes');
    const plan = own(rows);
    others.set(plan, rows);
    return { ...table, plan };
  });
  const subquery = clause.child('Subquery');
  const planned = context.pipeline(subquery, graphPlan({ ...whole, edges: base, nodes }));
  if (graphOf(planned))
    subquery.fail(
      'semantic',
      'graph_is_no_answer',
      'What is in the brackets has to end as a table: add graph-match or graph-to-table.',
    );
  const key = keyed.columns.at(-1) as Column;
  return select(
    perPartition(planned, { base, keyed, key, others }),
    planned.columns.map((c) => ({ from: c.name })),
  );
}

function projection(
  node: SyntaxNode,
  expressions: GraphExpressions,
): {
  columns: readonly Column[];
  read: readonly ((m: Parameters<ReturnType<GraphExpressions['bind']>['read']>[0]) => Value)[];
} {
  const clause = node.maybe('ProjectClause');
  if (!clause)
    return node.fail(
      'unsupported',
      'graph_project',
      'not implemented in Calypso: a graph pattern without project',
    );
  const made = clause.list('Expressions').map((e) => {
    const named = e.type === 'SimpleNamedExpression';
    return expressions.bind(named ? e.child('Expression') : e);
  });
  const columns = node.columns.map((c, i) => ({
    name: c.name,
    type: made[i]?.expr.type ?? c.type,
  }));
  return { columns, read: made.map((m) => m.read) };
}

function matching(
  node: SyntaxNode,
  input: Plan,
  context: OperatorContext,
  find: (
    graph: LoadedGraph,
    pattern: Pattern,
    all: ReturnType<typeof matches>,
  ) => Iterable<Parameters<ReturnType<GraphExpressions['bind']>['read']>[0]>,
): Plan {
  const graph = needGraph(node, input);
  const pattern = readPatterns(node.list('Patterns'));
  const expressions = new GraphExpressions(
    context,
    graph.nodeColumns,
    graph.edges.columns,
    pattern,
  );
  const conditions = expressions.conditions(node.maybe('WhereClause')?.child('Condition'));
  const { columns, read } = projection(node, expressions);
  const given = context.parameter(node, 'cycles')?.text.toLowerCase();
  const cycles: Cycles = given === 'all' || given === 'none' ? given : 'unique_edges';
  return {
    op: 'step',
    name: node.text.split(/\s/)[0] ?? 'graph-match',
    inputs: inputsOfGraph(graph),
    columns,
    async *run(inputs, step) {
      const loaded = await loadGraph(graph, inputs, step);
      let out: Row[] = [];
      for (const match of find(
        loaded,
        pattern,
        matches(loaded, pattern, conditions, cycles, step),
      )) {
        out.push(read.map((r) => r(match)));
        if (out.length >= BATCH) {
          step.account(out.length * columns.length);
          yield out;
          out = [];
        }
      }
      yield out;
    },
  };
}

export const graphMatch = operator('GraphMatchOperator', ['graph-match'], (node, input, context) =>
  matching(node, input, context, (_graph, _pattern, all) => all),
);

export const graphShortestPaths = operator(
  'GraphShortestPathsOperator',
  ['graph-shortest-paths'],
  (node, input, context) => {
    const every = context.parameter(node, 'output')?.text.toLowerCase() === 'all';
    return matching(node, input, context, (_graph, pattern, all) => shortest(all, pattern, every));
  },
);

/** A condition over the columns of a node or an edge. */
function itemCondition(
  node: SyntaxNode,
  columns: readonly Column[],
  context: OperatorContext,
): (row: readonly Value[]) => boolean {
  const expr = convert(context.expressions.bind(node, context.scope, { columns }), 'bool');
  const test = evaluator<readonly Value[]>(expr, (name) => {
    const at = columns.findIndex((c) => c.name === name);
    return (row) => row[at] ?? null;
  });
  return (row) => test(row) === true;
}

/** Keeps some nodes, and the edges between them. */
function keepNodes(graph: LoadedGraph, keep: readonly boolean[]): LoadedGraph {
  const numbers = new Map<number, number>();
  const nodes = graph.nodes.filter((_, i) => {
    if (!keep[i]) return false;
    numbers.set(i, numbers.size);
    return true;
  });
  const edges = graph.edges.flatMap((e) => {
    const from = numbers.get(e.from);
    const to = numbers.get(e.to);
    return from === undefined || to === undefined ? [] : [{ row: e.row, from, to }];
  });
  return connect(graph.nodeColumns, nodes, graph.edgeColumns, edges);
}

export const graphWhereNodes = operator(
  'GraphWhereNodesOperator',
  ['graph-where-nodes'],
  (node, input, context) => {
    const graph = needGraph(node, input);
    const test = itemCondition(node.child('Condition'), graph.nodeColumns, context);
    return changed(graph, (g) => keepNodes(g, g.nodes.map(test)));
  },
);

export const graphWhereEdges = operator(
  'GraphWhereEdgesOperator',
  ['graph-where-edges'],
  (node, input, context) => {
    const graph = needGraph(node, input);
    const test = itemCondition(node.child('Condition'), graph.edges.columns, context);
    return changed(graph, (g) =>
      connect(
        g.nodeColumns,
        g.nodes,
        g.edgeColumns,
        g.edges.filter((e) => test(e.row)),
      ),
    );
  },
);

/** Component numbers of the nodes: reachable whichever way edges point, or along them both ways. */
function components(graph: LoadedGraph, strong: boolean): number[] {
  return strong ? strongComponents(graph) : weakComponents(graph);
}

function weakComponents(graph: LoadedGraph): number[] {
  const parent = graph.nodes.map((_, i) => i);
  const find = (i: number): number => {
    let at = i;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] ?? at] ?? at;
      at = parent[at] ?? at;
    }
    return at;
  };
  for (const e of graph.edges)
    parent[Math.max(find(e.from), find(e.to))] = Math.min(find(e.from), find(e.to));
  return numbered(graph.nodes.map((_, i) => find(i)));
}

/** Kosaraju's two passes, without recursion. */
function strongComponents(graph: LoadedGraph): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  for (let start = 0; start < graph.nodes.length; start++) {
    if (seen.has(start)) continue;
    seen.add(start);
    const stack: [number, number][] = [[start, 0]];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const [at, i] = top;
      const edge = graph.out[at]?.[i];
      if (edge === undefined) {
        order.push(at);
        stack.pop();
        continue;
      }
      top[1]++;
      const next = graph.edges[edge]?.to ?? at;
      if (!seen.has(next)) {
        seen.add(next);
        stack.push([next, 0]);
      }
    }
  }
  const component: number[] = new Array(graph.nodes.length).fill(-1);
  for (const start of order.reverse()) {
    if (component[start] !== -1) continue;
    const stack = [start];
    component[start] = start;
    for (let at = stack.pop(); at !== undefined; at = stack.pop())
      for (const edge of graph.in[at] ?? []) {
        const next = graph.edges[edge]?.from ?? at;
        if (component[next] === -1) {
          component[next] = start;
          stack.push(next);
        }
      }
  }
  return numbered(component);
}

/** Numbers from 0 in the order in which components first appear. */
function numbered(component: readonly number[]): number[] {
  const ids = new Map<number, number>();
  return component.map((c) => {
    const id = ids.get(c) ?? ids.size;
    ids.set(c, id);
    return id;
  });
}

export const graphMarkComponents = operator(
  'GraphMarkComponentsOperator',
  ['graph-mark-components'],
  (node, input, context) => {
    const graph = needGraph(node, input);
    const strong = context.parameter(node, 'kind')?.text.toLowerCase() === 'strong';
    const name = context.parameter(node, 'with_component_id')?.name ?? 'ComponentId';
    const nodeColumns: Column[] = [...graph.nodeColumns, { name, type: 'long' }];
    return changed(
      graph,
      (g) => {
        const ids = components(g, strong);
        const nodes = g.nodes.map((n, i) => [
          ...n.slice(0, graph.nodeColumns.length),
          BigInt(ids[i] ?? 0),
        ]);
        return connect(nodeColumns, nodes, g.edgeColumns, g.edges);
      },
      nodeColumns,
    );
  },
);

/** Nodes or edges of a graph as a table, with numbers for the nodes where asked. */
function tableOf(graph: Graph, clause: SyntaxNode): Plan {
  const parameter = (wanted: string): string | undefined =>
    clause
      .list('Parameters')
      .find((p) => p.child('Name').name.toLowerCase() === wanted)
      ?.child('Expression').name;
  const wantsNodes = clause.child('EntityKeyword').text.toLowerCase() === 'nodes';
  const ids = wantsNodes
    ? [parameter('with_node_id')]
    : [parameter('with_source_id'), parameter('with_target_id')];
  const own = wantsNodes ? graph.nodeColumns : graph.edges.columns;
  const extra = ids.flatMap((name): Column[] => (name ? [{ name, type: 'long' }] : []));
  const keyName = graph.nodes[0]?.key ?? graph.nodeColumns[0]?.name;
  const keyAt = graph.nodeColumns.findIndex((c) => c.name === keyName);
  const keyType = graph.nodeColumns[keyAt]?.type ?? 'string';
  return {
    op: 'step',
    name: 'graph-to-table',
    inputs: inputsOfGraph(graph),
    columns: [...extra, ...own],
    async *run(inputs, step) {
      const loaded = await loadGraph(graph, inputs, step);
      // The service identifies a node by the hash of its key.
      const idOf = (node: number): Value => hashOf(loaded.nodes[node]?.[keyAt] ?? null, keyType);
      yield wantsNodes
        ? loaded.nodes.map((n, i) => [...(ids[0] ? [idOf(i)] : []), ...n])
        : loaded.edges.map((e) => [
            ...(ids[0] ? [idOf(e.from)] : []),
            ...(ids[1] ? [idOf(e.to)] : []),
            ...e.row,
          ]);
    },
  };
}

function hashOf(value: Value, type: KqlType): Value {
  return registry.scalar('hash')?.js?.call([value], [type], 'long') ?? null;
}

export const graphToTable = operator(
  'GraphToTableOperator',
  ['graph-to-table'],
  (node, input, context) => {
    const graph = needGraph(node, input);
    const clauses = node.list('OutputClause');
    const plans = clauses.map((clause) => {
      const plan = tableOf(graph, clause);
      const as = clause.maybe('AsClause')?.child('Name').name;
      if (as) context.scope.set(as, { kind: 'tabular', plan });
      return plan;
    });
    return (
      plans[0] ?? node.fail('semantic', 'graph_output', 'graph-to-table needs nodes or edges.')
    );
  },
);
