import type { Column } from '../../../../common/types/kql-type.ts';
import type { Value } from '../../functions/define.ts';
import type { Plan, Row, StepContext } from '../../plan/plan.ts';

/** A graph before its rows are known: which tables it is made of (page "make-graph operator"). */
export interface Graph {
  readonly edges: Plan;
  readonly source: string;
  readonly target: string;
  /** Node tables and the column that identifies a node in each; none where nodes are known from edges alone. */
  readonly nodes: readonly { readonly plan: Plan; readonly key: string }[];
  /** Columns of a node: those of the node tables, or only the identifier. */
  readonly nodeColumns: readonly Column[];
  /** What graph operators do to the loaded graph, in order. */
  readonly changes: readonly ((graph: LoadedGraph) => LoadedGraph)[];
}

/** A graph in memory; edges know their ends by number. */
export interface LoadedGraph {
  readonly nodeColumns: readonly Column[];
  readonly nodes: readonly (readonly Value[])[];
  readonly edgeColumns: readonly Column[];
  readonly edges: readonly { readonly row: Row; readonly from: number; readonly to: number }[];
  /** Numbers of the edges that leave and enter each node. */
  readonly out: readonly (readonly number[])[];
  readonly in: readonly (readonly number[])[];
}

/** Graphs are no tables: a plan that stands for one is known here, to the graph operators alone. */
const graphs = new WeakMap<Plan, Graph>();

/** A plan that later graph operators recognize; as a table it has the graph's edges. */
export function graphPlan(graph: Graph): Plan {
  const plan: Plan = { op: 'serialize', input: graph.edges, columns: graph.edges.columns };
  graphs.set(plan, graph);
  return plan;
}

export const graphOf = (plan: Plan): Graph | undefined => graphs.get(plan);

async function collect(
  batches: AsyncIterable<readonly Row[]> | undefined,
  context: StepContext,
): Promise<Row[]> {
  const rows: Row[] = [];
  if (!batches) return rows;
  for await (const batch of batches) {
    context.check();
    for (const row of batch) {
      context.account(row.length);
      rows.push(row);
    }
  }
  return rows;
}

const keyText = (value: Value | undefined): string =>
  value === null || value === undefined ? '\u0000' : `${typeof value}:${String(value)}`;

export function connect(
  nodeColumns: readonly Column[],
  nodes: readonly (readonly Value[])[],
  edgeColumns: readonly Column[],
  edges: LoadedGraph['edges'],
): LoadedGraph {
  const out: number[][] = nodes.map(() => []);
  const into: number[][] = nodes.map(() => []);
  edges.forEach((edge, i) => {
    out[edge.from]?.push(i);
    into[edge.to]?.push(i);
  });
  return { nodeColumns, nodes, edgeColumns, edges, out, in: into };
}

/** Reads the tables of a graph: edges first, then its node tables, in the order of a step's inputs. */
export async function loadGraph(
  graph: Graph,
  inputs: readonly AsyncIterable<readonly Row[]>[],
  context: StepContext,
): Promise<LoadedGraph> {
  const edgeRows = await collect(inputs[0], context);
  const byKey = new Map<string, number>();
  const nodes: Value[][] = [];
  const blank = (): Value[] => graph.nodeColumns.map((c) => (c.type === 'string' ? '' : null));
  for (const [i, table] of graph.nodes.entries()) {
    const rows = await collect(inputs[i + 1], context);
    const keyAt = table.plan.columns.findIndex((c) => c.name === table.key);
    const places = table.plan.columns.map((c) =>
      graph.nodeColumns.findIndex((n) => n.name === c.name),
    );
    for (const row of rows) {
      const key = keyText(row[keyAt]);
      let at = byKey.get(key);
      if (at === undefined) {
        at = nodes.length;
        byKey.set(key, at);
        nodes.push(blank());
      }
      const node = nodes[at];
      if (node)
        row.forEach((value, c) => {
          node[places[c] ?? -1] = value;
        });
    }
  }
  const idColumn = graph.nodeColumns.findIndex(
    (c) => c.name === (graph.nodes[0]?.key ?? graph.nodeColumns[0]?.name),
  );
  const nodeOf = (value: Value | undefined): number => {
    const key = keyText(value);
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const node = blank();
    if (idColumn >= 0) node[idColumn] = value ?? null;
    byKey.set(key, nodes.length);
    nodes.push(node);
    return nodes.length - 1;
  };
  const sourceAt = graph.edges.columns.findIndex((c) => c.name === graph.source);
  const targetAt = graph.edges.columns.findIndex((c) => c.name === graph.target);
  const edges = edgeRows.map((row) => ({
    row,
    from: nodeOf(row[sourceAt]),
    to: nodeOf(row[targetAt]),
  }));
  const loaded = connect(graph.nodeColumns, nodes, graph.edges.columns, edges);
  return graph.changes.reduce((g, change) => change(g), loaded);
}

/** The plans whose rows `loadGraph` reads. */
export const inputsOfGraph = (graph: Graph): Plan[] => [
  graph.edges,
  ...graph.nodes.map((n) => n.plan),
];
