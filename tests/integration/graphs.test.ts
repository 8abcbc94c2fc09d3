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
});
