import fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import type { KqlType } from '../../common/types/kql-type.ts';
import { compile } from '../../workers/kql/compile.ts';
import type { Value } from '../../workers/kql/functions/define.ts';
import { registry } from '../../workers/kql/functions/registry.ts';
import { textOf } from '../../workers/kql/functions/value/text.ts';
import type { Expr, Plan } from '../../workers/kql/plan/plan.ts';
import { evaluator } from '../../workers/kql/steps/evaluator.ts';
import { GlobalsCache } from '../../workers/kql/syntax/globals.ts';
import { type Kql, openKql } from '../support/kql.ts';
import { seedRuns } from './support/seed.ts';
import { CASES, type Case } from './support/two-ways-cases.ts';
import { datatable, literal, VALUES } from './support/values.ts';

/*
 * A function that SQL can say is computed twice: by DuckDB, and by the TypeScript that scan and the graph operators
 * use. Both must give the same for any arguments, whether these are columns or constants.
 */

seedRuns(2);
const ROWS = 60;
const globals = new GlobalsCache();
globals.set({
  version: 1,
  databases: [{ name: 'Test', prettyName: '', readOnly: false, tables: [], functions: [] }],
});
let kql: Kql;
beforeAll(async () => {
  kql = await openKql();
});

/** The expressions that the planner makes of the columns r0, r1… */
function plannedExprs(query: string, count: number): Expr[] {
  const compiled = compile(query, globals, { database: 'Test', now: 0n, parameters: {} });
  let node: Plan | undefined = compiled.results[0]?.plan;
  while (node) {
    if (node.op === 'project') {
      const { columns, exprs } = node;
      const found = Array.from({ length: count }, (_, k) => {
        const expr = exprs[columns.findIndex((c) => c.name === `r${k}`)];
        return expr && !(expr.k === 'column' && expr.name === `r${k}`) ? [expr] : [];
      }).flat();
      if (found.length === count) return found;
    }
    node = 'input' in node ? node.input : undefined;
  }
  throw new Error(`no columns r0… in ${query}`);
}

/** Computes expressions over the same random rows both ways; throws for the first that differs. */
async function compareWays(
  texts: readonly string[],
  types: readonly KqlType[],
  rows: readonly (readonly Value[])[],
): Promise<void> {
  const named = texts.map((text, k) => `r${k} = ${text}`).join(', ');
  const results = texts.map((_, k) => `r${k}`).join(', ');
  const query = `${datatable(types, rows)} | extend ${named} | sort by n asc | project ${results}`;
  const answer = await kql.ask(query);
  for (const [k, expr] of plannedExprs(query, texts.length).entries()) {
    const inTypeScript = evaluator<readonly Value[]>(expr, (name) => {
      const at = Number(name.slice(1));
      return (row) => row[at] ?? null;
    });
    const type = answer.columns[k]?.type ?? 'dynamic';
    for (const [i, row] of rows.entries()) {
      const bySql = answer.rows[i]?.[k] ?? null;
      const byScript = inTypeScript(row);
      if (!agree(bySql, byScript, type)) {
        const args = row.map((v, c) => literal(v, types[c] ?? 'string')).join(', ');
        throw new Error(
          `${texts[k]} of ${args}: SQL says ${show(bySql, type)}, TypeScript ${show(byScript, type)}`,
        );
      }
    }
  }
}

const show = (value: Value, type: KqlType): string =>
  value === null ? 'null' : `'${textOf(value, type).slice(0, 200)}'`;

function agree(a: Value, b: Value, type: KqlType): boolean {
  if (a === null || b === null) return a === b || (type === 'string' && (a ?? b) === '');
  if (type === 'real' || type === 'decimal') {
    const x = Number(a);
    const y = Number(b);
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) && Number.isNaN(y);
    // Libraries of mathematics may differ in the last digits.
    return x === y || Math.abs(x - y) <= 1e-13 * Math.max(Math.abs(x), Math.abs(y));
  }
  return textOf(a, type) === textOf(b, type);
}

const rowsOf = (types: Case['types'], least: number): fc.Arbitrary<Value[][]> =>
  fc.array(fc.tuple(...types.map((t) => VALUES[t])) as unknown as fc.Arbitrary<Value[]>, {
    minLength: least,
    maxLength: ROWS,
    size: 'max',
  });

/** Many expressions over the same columns are one query. */
const AT_ONCE = 20;
const groups = [...Map.groupBy(CASES, (c) => c.types.join()).values()].flatMap((cases) =>
  Array.from({ length: Math.ceil(cases.length / AT_ONCE) }, (_, i) =>
    cases.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  ),
);

describe('SQL and TypeScript agree', () => {
  for (const group of groups) {
    const types = group[0]?.types ?? [];
    const names = [...new Set(group.map((c) => c.name))].join(' ');
    it(`(${types.join(', ')}) ${names}`, async () => {
      await fc.assert(
        fc.asyncProperty(rowsOf(types, 1), async (rows) => {
          await compareWays(
            group.map((c) => c.kql),
            types,
            rows,
          );
          const [first] = rows;
          if (!first || types.length < 2) return;
          // The same with constants in the places after the first: another way down in SQL.
          const constants = types.map((t, i) => (i === 0 ? 'c0' : literal(first[i] ?? null, t)));
          const fixed = group.map((c) =>
            c.kql.replaceAll(/\bc(\d)\b/g, (_, i: string) => constants[Number(i)] ?? ''),
          );
          await compareWays(fixed, types, rows);
        }),
      );
    });
  }
});

/** A state in base64 is no argument that chance finds; `+x` is no call. */
const UNTRIED: ReadonlySet<string> = new Set(['percentile_tdigest', 'op_UnaryPlus']);

it('each function with two ways is tried', ({ expect }) => {
  const tried = new Set(CASES.map((c) => c.name));
  const both = registry
    .scalars()
    .filter((f) => f.sql && f.js && !f.js.volatile && !UNTRIED.has(f.name));
  expect(both.map((f) => f.name).filter((name) => !tried.has(name))).toEqual([]);
});
