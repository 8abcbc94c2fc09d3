import { beforeAll, describe, expect, it } from 'vitest';
import { type Kql, openKql } from '../support/kql.ts';

let kql: Kql;
beforeAll(async () => {
  kql = await openKql([]);
});

/** The rows as lines of text, in whatever order they come. */
async function rows(text: string): Promise<string[]> {
  return (await kql.ask(text)).text.map((row) => row.join('|')).toSorted();
}

/** a → b → c → a, and c → d. */
const RING = `datatable(s: string, t: string)['a', 'b', 'b', 'c', 'c', 'a', 'c', 'd']
| make-graph s --> t with_node_id = id | `;

describe('graphs', () => {
  it('inner_nodes sees the only column of nodes (page "inner_nodes()")', async () => {
    const inner = `strcat_array(map(inner_nodes(e), id), '-')`;
    expect(
      await rows(`${RING} graph-match (x)-[e*1..3]->(y) where x.id == 'a' and y.id == 'd'
        project ${inner}`),
    ).toEqual(['b-c']);
    expect(
      await rows(`${RING} graph-shortest-paths (x)-[e*1..3]->(y)
        where x.id == 'a' and all(inner_nodes(e), id != 'c') project y.id, ${inner}`),
    ).toEqual(['b|', 'c|b']);
    expect(
      await rows(`${RING} graph-shortest-paths (x)-[e*1..3]->(y)
        where x.id == 'a' and any(inner_nodes(e), id == 'c') project y.id`),
    ).toEqual(['d']);
  });

  it('a shortest path leads to another node, but where the pattern says the same', async () => {
    const from = `where x.id == 'a' project y = strcat_array(map(e, t), '-')`;
    expect(await rows(`${RING} graph-shortest-paths (x)-[e*1..5]->(y) ${from}`)).toEqual([
      'b',
      'b-c',
      'b-c-d',
    ]);
    expect(await rows(`${RING} graph-shortest-paths (x)-[e*1..5]->(x) ${from}`)).toEqual(['b-c-a']);
  });

  it('partitioned-by makes a graph of each value of a column (page "make-graph operator")', async () => {
    const edges = `datatable(t: string, s: string, d: string)
      ['a', 'x', 'y', 'b', 'x', 'z', 'b', 'z', 'w']`;
    // In one graph, y and z would both follow x.
    expect(
      await rows(`${edges} | make-graph s --> d with_node_id = id partitioned-by t
        (graph-match (p)-[e]->(q) project path = strcat(e.t, ':', p.id, q.id))`),
    ).toEqual(['a:xy', 'b:xz', 'b:zw']);
    expect(
      await rows(`${edges} | make-graph s --> d with_node_id = id partitioned-by t
        (graph-to-table nodes | summarize n = count())`),
    ).toEqual(['2', '3']);
    const nodes = `let n = datatable(t: string, id: string, age: int)
      ['a', 'x', 1, 'b', 'x', 2, 'c', 'v', 3];`;
    expect(
      await rows(`${nodes} ${edges} | make-graph s --> d with n on id partitioned-by t
        (graph-match (p)-[e]->(q) where p.age > 0 project e.t, p.age)`),
    ).toEqual(['a|1', 'b|2']);
    await expect(
      rows(`${edges} | make-graph s --> d partitioned-by u (graph-match (p)-[e]->(q) project e.t)`),
    ).rejects.toThrow(/'u'/);
  });
});
