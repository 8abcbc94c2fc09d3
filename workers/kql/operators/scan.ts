import { type Column, kqlTypeOf } from '../../../common/types/kql-type.ts';
import { convert } from '../bind/expression.ts';
import { Scope } from '../bind/scope.ts';
import type { Value } from '../functions/define.ts';
import {
  column,
  constant,
  type Expr,
  type Plan,
  type Row,
  type StepContext,
  sort,
  walkExpr,
} from '../plan/plan.ts';
import { canEvaluate, evaluator } from '../steps/evaluator.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { sortKey } from './basic.ts';
import { type OperatorContext, operator } from './define.ts';

interface Step {
  readonly name: string;
  readonly output: 'all' | 'last' | 'none';
  readonly condition: (env: Env) => Value;
  readonly assignments: readonly { readonly at: number; readonly value: (env: Env) => Value }[];
}

/** What a condition sees: the row, and the rows that the steps of the state hold. */
interface Env {
  readonly row: readonly Value[];
  readonly state: readonly (readonly Value[] | undefined)[];
}

interface Sequence {
  /** The latest row of each step of the sequence. */
  readonly rows: (readonly Value[] | undefined)[];
  matchId: bigint;
  /** A row of `output=last` that waits for its successor. */
  held: Row | undefined;
}

/** `step.column` as a name that can't be a column's. */
const stateName = (step: string, name: string): string => `·${step}.${name}`;

/** Rewrites `s1.x` to a column of the state: steps are names of the row's scope that Kusto.Language binds as rows. */
function bindWithState(
  node: SyntaxNode,
  columns: readonly Column[],
  steps: readonly string[],
  input: Plan,
  context: OperatorContext,
): Expr {
  const scope = new Scope(context.scope);
  for (const step of steps) scope.set(step, { kind: 'graph', graph: step });
  const bound = context.expressions.bind(node, scope, {
    columns: input.columns.concat(
      columns.filter((c) => !input.columns.some((x) => x.name === c.name)),
    ),
    member: (target, name) => {
      const binding = scope.find(target);
      if (binding?.kind !== 'graph' || !steps.includes(target)) return undefined;
      const found = columns.find((c) => c.name === name);
      return found ? column(stateName(target, name), found.type) : undefined;
    },
  });
  walkExpr(bound, (e) => {
    if (e.k === 'window' || e.k === 'aggregate')
      node.fail(
        'semantic',
        'scan_step',
        `${e.name}() can't be used in a step of scan: extend the rows with it before.`,
      );
  });
  return bound;
}

/**
 * Matches sequences of rows against steps, row by row, from the last step to the first (page "scan operator",
 * "Matching logic").
 */
export const scan = operator('ScanOperator', ['scan'], (node, input, context) =>
  scanPlan(node, input, context),
);

interface Declared {
  readonly column: Column;
  readonly value: Value;
}

/** `declare (x: long = 0)`: columns that the steps fill, and what is in them before. */
function declaredOf(node: SyntaxNode, context: OperatorContext): Declared[] {
  return (node.maybe('DeclareClause')?.list('Declarations') ?? []).map((d) => {
    const inner = d.maybe('NameAndType') ?? d;
    const type = kqlTypeOf(inner.child('Type').text) ?? 'dynamic';
    const fallback = d.maybe('DefaultValue')?.maybe('Value');
    const bound = fallback
      ? convert(context.expressions.bind(fallback, context.scope, { columns: [] }), type)
      : constant(type === 'string' ? '' : null, type);
    return {
      column: { name: inner.child('Name').name, type },
      value:
        bound.k === 'constant'
          ? bound.value
          : evaluator<undefined>(bound, () => () => null)(undefined),
    };
  });
}

/**
 * What only SQL can say and what depends on the row alone becomes a column of the input: subqueries, and functions
 * without a form in TypeScript.
 */
class Hoisting {
  readonly exprs: Expr[] = [];
  readonly columns: Column[] = [];
  readonly #input: ReadonlySet<string>;

  constructor(input: Plan) {
    this.#input = new Set(input.columns.map((c) => c.name));
  }

  hoist(expr: Expr): Expr {
    const sqlOnly = expr.k === 'subquery' || expr.k === 'inSubquery' || !canEvaluate(expr);
    if (sqlOnly && this.#ofRow(expr)) {
      const name = `·h${this.exprs.length}`;
      this.exprs.push(expr);
      this.columns.push({ name, type: expr.type });
      return column(name, expr.type);
    }
    return expr.k === 'call' ? { ...expr, args: expr.args.map((a) => this.hoist(a)) } : expr;
  }

  #ofRow(expr: Expr): boolean {
    let found = true;
    walkExpr(expr, (e) => {
      if (e.k === 'column' && !this.#input.has(e.name)) found = false;
    });
    return found;
  }
}

/** `key`: the column that parts the rows inside of mv-apply and partition. */
function scanPlan(node: SyntaxNode, input: Plan, context: OperatorContext, key?: Column): Plan {
  const matchIdName = context.parameter(node, 'with_match_id')?.name;
  const declared = declaredOf(node, context);
  const visible: Column[] = [...input.columns, ...declared.map((e) => e.column)];
  const stepNodes = node.list('Steps');
  const names = stepNodes.map((s) => s.child('Name').name);
  const hoisting = new Hoisting(input);
  const bind = (n: SyntaxNode, type: Column['type']): Expr =>
    hoisting.hoist(convert(bindWithState(n, visible, names, input, context), type));
  const bound = stepNodes.map((s) => ({
    node: s,
    condition: bind(s.child('Condition'), 'bool'),
    assignments: (s.maybe('ComputationClause')?.list('Assignments') ?? []).map((a) => {
      const target = visible.find((c) => c.name === a.child('Name').name);
      return {
        name: target?.name ?? '',
        expr: bind(a.child('Expression'), target?.type ?? 'dynamic'),
      };
    }),
  }));

  const partition = node.maybe('PartitionByClause')?.list('Expressions') ?? [];
  const partitionKeys = [
    ...(key ? [column(key.name, key.type)] : []),
    ...partition.map((p) => context.expr(p, input)),
  ];
  const rowKeys = partitionKeys.map((k) => hoisting.hoist(k));

  const columns: Column[] = [
    ...input.columns,
    ...hoisting.columns,
    ...declared.map((e) => e.column),
  ];
  const firstDeclared = input.columns.length + hoisting.columns.length;
  const read = (name: string): ((env: Env) => Value) => {
    const at = columns.findIndex((c) => c.name === name);
    if (at >= 0) return (env) => env.row[at] ?? null;
    const dot = name.indexOf('.');
    const step = names.indexOf(name.slice(1, dot));
    const position = columns.findIndex((c) => c.name === name.slice(dot + 1));
    const missing = columns[position]?.type === 'string' ? '' : null;
    const fallback =
      position >= firstDeclared ? (declared[position - firstDeclared]?.value ?? missing) : missing;
    return (env) => env.state[step]?.[position] ?? fallback;
  };
  const steps = bound.map(({ node: s, condition, assignments }): Step => {
    const output = s.maybe('ScanStepOutput')?.child('OutputKind').text.toLowerCase() ?? '';
    return {
      name: s.child('Name').name,
      output: /none/.test(output) ? 'none' : /last/.test(output) ? 'last' : 'all',
      condition: evaluator(condition, read),
      assignments: assignments.map((a) => ({
        at: columns.findIndex((c) => c.name === a.name),
        value: evaluator(a.expr, read),
      })),
    };
  });

  const order = node.maybe('OrderByClause')?.list('Expressions') ?? [];
  const sorted: Plan =
    order.length + partition.length > 0
      ? sort(input, [
          ...partitionKeys.map((expr) => ({ expr, descending: false, nullsFirst: true })),
          ...order.map((o) => sortKey(o, input, context)),
        ])
      : { op: 'serialize', input, columns: input.columns };
  const extended: Plan =
    hoisting.exprs.length === 0
      ? sorted
      : {
          op: 'project',
          input: sorted,
          exprs: [...input.columns.map((c) => column(c.name, c.type)), ...hoisting.exprs],
          columns: [...input.columns, ...hoisting.columns],
        };
  const keyReaders = rowKeys.map((k) => evaluator(k, read));
  const output: Column[] = [
    ...visible,
    ...(matchIdName ? [{ name: matchIdName, type: 'long' as const }] : []),
  ];
  return {
    op: 'step',
    name: 'scan',
    inputs: [extended],
    columns: output,
    perPartition: ([rows], by) => scanPlan(node, rows ?? input, context, by),
    run: ([rows], step) =>
      runScan(
        rows ?? empty(),
        steps,
        declared.map((d) => d.value),
        (row) => keyReaders.map((k) => k({ row, state: [] })),
        {
          withMatchId: matchIdName !== undefined,
          shown: (row) =>
            hoisting.columns.length === 0
              ? row
              : [...row.slice(0, input.columns.length), ...row.slice(firstDeclared)],
          step,
        },
      ),
  };
}

async function* empty(): AsyncGenerator<readonly Row[]> {}

async function* runScan(
  batches: AsyncIterable<readonly Row[]>,
  steps: readonly Step[],
  defaults: readonly Value[],
  keyOf: (row: Row) => readonly Value[],
  {
    withMatchId,
    shown,
    step: context,
  }: { withMatchId: boolean; shown: (row: Row) => Row; step: StepContext },
): AsyncGenerator<readonly Row[]> {
  let states: (Sequence | undefined)[] = steps.map(() => undefined);
  let key: string | undefined;
  let nextMatch = 0n;
  let out: Row[] = [];
  const emit = (row: readonly Value[], sequence: Sequence): void => {
    out.push(withMatchId ? [...shown(row), sequence.matchId] : shown(row));
  };
  const settle = (sequence: Sequence | undefined): void => {
    if (sequence?.held) out.push(sequence.held);
    if (sequence) sequence.held = undefined;
  };
  const apply = (k: number, row: readonly Value[], sequence: Sequence): void => {
    const step = steps[k];
    if (!step) return;
    const made = [...row];
    for (const a of step.assignments) made[a.at] = a.value({ row, state: sequence.rows });
    sequence.rows[k] = made;
    if (step.output === 'all') emit(made, sequence);
    else if (step.output === 'last')
      sequence.held = withMatchId ? [...shown(made), sequence.matchId] : shown(made);
  };
  for await (const batch of batches) {
    context.check();
    for (const input of batch) {
      const current = keyOf(input).map(String).join('\u0001');
      if (key !== undefined && current !== key) {
        for (const s of states) settle(s);
        states = steps.map(() => undefined);
      }
      key = current;
      const row = [...input, ...defaults];
      for (let k = steps.length - 1; k >= 0; k--) {
        const step = steps[k];
        const before = k > 0 ? states[k - 1] : undefined;
        const own = states[k];
        if (!step) continue;
        if (before && step.condition({ row, state: before.rows }) === true) {
          settle(own);
          settle(before);
          states[k] = before;
          states[k - 1] = undefined;
          apply(k, row, before);
          continue;
        }
        if (k === 0) {
          const state = own?.rows ?? [];
          if (step.condition({ row, state }) !== true) continue;
          const continued = own !== undefined;
          const sequence: Sequence = own ?? {
            rows: [...state],
            matchId: nextMatch,
            held: undefined,
          };
          if (!continued) nextMatch++;
          states[0] = sequence;
          apply(0, row, sequence);
        } else if (own && step.condition({ row, state: own.rows }) === true) apply(k, row, own);
      }
    }
    yield out;
    out = [];
  }
  for (const s of states) settle(s);
  yield out;
}
