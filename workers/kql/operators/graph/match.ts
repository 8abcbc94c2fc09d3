import type { Value } from '../../functions/define.ts';
import type { StepContext } from '../../plan/plan.ts';
import type { LoadedGraph } from './graph.ts';
import type { Hop, Pattern } from './pattern.ts';

/** One way in which a pattern fits: node numbers by pattern node, edge numbers by hop. */
export interface Match {
  readonly graph: LoadedGraph;
  readonly nodes: (number | undefined)[];
  /** Edges of each hop, flattened over all paths. */
  readonly hops: (readonly number[] | undefined)[];
}

/** A condition that can be tested as soon as all that it names is bound. */
export interface Condition {
  readonly test: (match: Match) => Value;
  readonly nodes: ReadonlySet<number>;
  readonly hops: ReadonlySet<number>;
}

export type Cycles = 'all' | 'none' | 'unique_edges';

const everything = (names: ReadonlySet<number>, bound: (i: number) => boolean): boolean => {
  for (const i of names) if (!bound(i)) return false;
  return true;
};

/** All ways in which the patterns fit, by depth-first search (page "graph-match operator"). */
export function* matches(
  graph: LoadedGraph,
  pattern: Pattern,
  conditions: readonly Condition[],
  cycles: Cycles,
  context: StepContext,
): Generator<Match> {
  const steps = pattern.paths.flatMap((path) => path.hops);
  const match: Match = {
    graph,
    nodes: pattern.nodes.map(() => undefined),
    hops: steps.map(() => undefined),
  };
  let work = 0;
  const tick = (): void => {
    if (++work % 4096 === 0) context.check();
  };
  const bound = (c: Condition): boolean =>
    everything(c.nodes, (i) => match.nodes[i] !== undefined) &&
    everything(c.hops, (i) => match.hops[i] !== undefined);
  /** Tests what has become testable since `before` was not. */
  const holds = (wasBound: readonly boolean[]): boolean =>
    conditions.every((c, i) => wasBound[i] === true || !bound(c) || c.test(match) === true);
  const snapshot = (): boolean[] => conditions.map(bound);
  const used = new Set<number>();
  const starts = pattern.paths.map((p) => p.start);
  const firstOfPath = new Map<number, number>();
  let count = 0;
  pattern.paths.forEach((p, i) => {
    firstOfPath.set(count, i);
    count += p.hops.length;
  });

  function* bindStart(path: number, then: () => Generator<Match>): Generator<Match> {
    const node = starts[path] ?? 0;
    if (match.nodes[node] !== undefined) {
      yield* then();
      return;
    }
    for (let i = 0; i < graph.nodes.length; i++) {
      tick();
      const was = snapshot();
      match.nodes[node] = i;
      if (holds(was)) yield* then();
      match.nodes[node] = undefined;
    }
  }

  function* walk(step: number): Generator<Match> {
    if (step === steps.length) {
      yield { graph, nodes: [...match.nodes], hops: [...match.hops] };
      return;
    }
    const path = firstOfPath.get(step);
    const go = (): Generator<Match> => hop(step, steps[step] as Hop);
    if (path !== undefined) yield* bindStart(path, go);
    else yield* go();
  }

  function* hop(step: number, rule: Hop): Generator<Match> {
    const start = match.nodes[rule.from] ?? 0;
    const taken: number[] = [];
    const visited = new Set<number>([start]);
    function* arrive(at: number): Generator<Match> {
      const fixed = match.nodes[rule.to];
      if (fixed !== undefined && fixed !== at) return;
      const was = snapshot();
      match.nodes[rule.to] = at;
      match.hops[step] = [...taken];
      if (holds(was)) yield* walk(step + 1);
      match.hops[step] = undefined;
      if (fixed === undefined) match.nodes[rule.to] = undefined;
    }
    function* extend(at: number): Generator<Match> {
      if (taken.length >= rule.min) yield* arrive(at);
      if (taken.length >= rule.max) return;
      for (const [edge, next] of neighbours(graph, at, rule.direction)) {
        tick();
        if (cycles === 'unique_edges' && used.has(edge)) continue;
        if (cycles === 'none' && visited.has(next)) continue;
        used.add(edge);
        const again = visited.has(next);
        visited.add(next);
        taken.push(edge);
        yield* extend(next);
        taken.pop();
        used.delete(edge);
        if (!again) visited.delete(next);
      }
    }
    yield* extend(start);
  }

  // A pattern of one node has no hops: each node that fits is a match.
  if (steps.length === 0)
    yield* bindStart(0, function* () {
      yield { graph, nodes: [...match.nodes], hops: [] };
    });
  else yield* walk(0);
}

function neighbours(
  graph: LoadedGraph,
  at: number,
  direction: Hop['direction'],
): [number, number][] {
  const found: [number, number][] = [];
  if (direction !== 'backward')
    for (const edge of graph.out[at] ?? []) found.push([edge, graph.edges[edge]?.to ?? 0]);
  if (direction !== 'forward')
    for (const edge of graph.in[at] ?? []) found.push([edge, graph.edges[edge]?.from ?? 0]);
  return found;
}

/**
 * Matches with the fewest edges for each pair of ends: one of them, or all (page "graph-shortest-paths operator").
 * Nothing is nearer to a node than itself, so the ways back to where a path began are none (page "all()"), but
 * where the pattern asks for the same node.
 */
export function shortest(all: Iterable<Match>, pattern: Pattern, every: boolean): Match[] {
  const best = new Map<string, { length: number; found: Match[] }>();
  const path = pattern.paths[0];
  const first = path?.start ?? 0;
  const last = path?.hops.at(-1)?.to ?? 0;
  for (const match of all) {
    const length = match.hops.reduce((sum, h) => sum + (h?.length ?? 0), 0);
    if (length > 0 && first !== last && match.nodes[first] === match.nodes[last]) continue;
    const key = `${match.nodes[first]}/${match.nodes[last]}`;
    const known = best.get(key);
    if (!known || length < known.length) best.set(key, { length, found: [match] });
    else if (every && length === known.length) known.found.push(match);
  }
  return [...best.values()].flatMap((b) => b.found);
}
