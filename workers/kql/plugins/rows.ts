import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import type { Value } from '../functions/define.ts';
import { column, type Expr, type Plan, type Row, type StepContext } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import type { Plugin, PluginCall, UnavailablePlugin } from './define.ts';

export function plugin(name: string, bind: Plugin['bind'], schema?: Plugin['schema']): Plugin {
  return schema ? { kind: 'plugin', name, bind, schema } : { kind: 'plugin', name, bind };
}

export function neverPlugin(name: string, reason: string): UnavailablePlugin {
  return { kind: 'never', name, reason };
}

/** Whole tables in, rows out. */
export type Compute = (tables: readonly (readonly Row[])[], context: StepContext) => readonly Row[];

const BATCH = 2048;

/** A step that needs all rows of its inputs before it can answer. */
export function tableStep(
  name: string,
  inputs: readonly Plan[],
  columns: readonly Column[],
  compute: Compute,
): Plan {
  return {
    op: 'step',
    name,
    inputs,
    columns,
    run: async function* (sources, context) {
      const tables: Row[][] = [];
      for (const source of sources) {
        const rows: Row[] = [];
        for await (const batch of source) {
          context.check();
          for (const row of batch) rows.push(row);
          context.account(batch.length * (batch[0]?.length ?? 0));
        }
        tables.push(rows);
      }
      const answer = compute(tables, context);
      for (let i = 0; i < answer.length; i += BATCH) yield answer.slice(i, i + BATCH);
    },
  };
}

/** The input's columns followed by the values of some arguments; `at` says where each argument's values stand. */
export interface Prepared {
  readonly plan: Plan;
  readonly width: number;
}

/** Appends expressions to the input's columns. */
export function withExpressions(input: Plan, exprs: readonly Expr[]): Prepared {
  const extra = exprs.map((e, i): Column => ({ name: `$argument${i}`, type: e.type }));
  return {
    width: input.columns.length,
    plan: {
      op: 'project',
      input,
      exprs: [...input.columns.map((c) => column(c.name, c.type)), ...exprs],
      columns: [...input.columns, ...extra],
    },
  };
}

/** Only the values of the expressions. */
export function onlyExpressions(input: Plan, exprs: readonly Expr[]): Plan {
  return {
    op: 'project',
    input,
    exprs,
    columns: exprs.map((e, i) => ({ name: `$argument${i}`, type: e.type })),
  };
}

/** The argument given as `name = value`. */
export function namedArgument(call: PluginCall, name: string): SyntaxNode | undefined {
  const found = call.args.find(
    (a) =>
      a.type === 'SimpleNamedExpression' &&
      a.child('Name').name.toLowerCase() === name.toLowerCase(),
  );
  return found?.child('Expression');
}

/** A constant by its place or, in later places, by its name. */
export function constantValue(call: PluginCall, index: number, name?: string): Value | undefined {
  const named = name === undefined ? undefined : namedArgument(call, name);
  if (named) return call.context.constant(named).value;
  const arg = call.args[index];
  if (!arg || arg.type === 'SimpleNamedExpression') return undefined;
  const value = call.constant(index)?.value;
  // The text `~` asks for the default (page "autocluster plugin").
  return value === '~' ? undefined : value;
}

export function numberValue(
  call: PluginCall,
  index: number,
  otherwise: number,
  name?: string,
): number {
  const value = constantValue(call, index, name);
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : otherwise;
}

/** A point on a time line, or a length of it, as an integer: ticks, or the number itself. */
export function pointOf(value: Value | undefined): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isFinite(value)
    ? BigInt(Math.floor(value))
    : undefined;
}

/** A point as the column's type holds it. */
export function pointValue(point: bigint, type: KqlType): Value {
  return type === 'int' || type === 'real' ? Number(point) : point;
}

export function requiredPoint(call: PluginCall, index: number): bigint {
  const point = pointOf(constantValue(call, index));
  const node = call.args[index] ?? call.node;
  return (
    point ??
    node.fail(
      'semantic',
      'constant_needed',
      'A constant datetime, timespan or number is needed here.',
    )
  );
}

export const floorTo = (value: bigint, size: bigint): bigint => {
  const rest = ((value % size) + size) % size;
  return value - rest;
};

/** A text that equal values share, for sets and maps. */
export function keyOf(values: readonly Value[]): string {
  return JSON.stringify(values, (_, v) => (typeof v === 'bigint' ? `${v}n` : v));
}

/** Rows by the values in some places. */
export function grouped(
  rows: readonly Row[],
  places: readonly number[],
): Map<string, { key: Row; rows: Row[] }> {
  const groups = new Map<string, { key: Row; rows: Row[] }>();
  for (const row of rows) {
    const key = places.map((p) => row[p] ?? null);
    const name = keyOf(key);
    const group = groups.get(name);
    if (group) group.rows.push(row);
    else groups.set(name, { key, rows: [row] });
  }
  return groups;
}

export const byPoint = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
