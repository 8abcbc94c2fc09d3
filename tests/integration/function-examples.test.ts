import { beforeAll, describe, expect, it } from 'vitest';
import { registry } from '../../workers/kql/functions/registry.ts';
import { type Kql, openKql } from '../support/kql.ts';

let kql: Kql;
beforeAll(async () => {
  kql = await openKql();
});

/** An example is an expression, or a whole query whose first cell counts. */
const queryOf = (text: string): string =>
  /^\s*(datatable|range|print|let)\b/.test(text) && text.includes('|') ? text : `print v = ${text}`;

const entries = [...registry.scalars(), ...registry.aggregates()].filter(
  (e) => e.examples.length > 0,
);

describe('each example of a function gives what it says', () => {
  for (const entry of entries)
    it(`${entry.kind} ${entry.name}`, async () => {
      for (const example of entry.examples) {
        const answer = await kql.ask(queryOf(example.kql));
        expect(answer.text[0]?.[0], example.kql).toBe(example.result);
      }
    });
});
