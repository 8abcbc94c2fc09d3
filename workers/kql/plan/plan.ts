import type { ExternalScan } from '../../../common/contract/external.ts';
import type { Visualization } from '../../../common/contract/values.ts';
import type { Span } from '../../../common/errors/app-error.ts';
import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import type { Sql } from '../emit/sql.ts';
import type { Value } from '../functions/define.ts';
import type { Outside } from './outside.ts';

/** A scalar expression over the columns of the node's input. Its KQL type is Kusto.Language's. */
export type Expr =
  | { readonly k: 'column'; readonly name: string; readonly side?: Side; readonly type: KqlType }
  | { readonly k: 'constant'; readonly value: Value; readonly type: KqlType }
  | {
      readonly k: 'call';
      readonly name: string;
      readonly args: readonly Expr[];
      readonly type: KqlType;
      readonly span: Span | undefined;
    }
  | {
      readonly k: 'aggregate';
      readonly name: string;
      readonly args: readonly Expr[];
      readonly type: KqlType;
      readonly span: Span | undefined;
    }
  /** A function of a row's neighbours: prev, row_number… Its input is ordered. */
  | {
      readonly k: 'window';
      readonly name: string;
      readonly args: readonly Expr[];
      readonly type: KqlType;
      readonly span: Span | undefined;
      /** Column within whose equal values the neighbours are looked for. */
      readonly partition?: Column;
    }
  /** `toscalar(…)`: first column of the first row. */
  | { readonly k: 'subquery'; readonly plan: Plan; readonly type: KqlType }
  /** `x in (T)`, `x in~ (T)`. */
  | {
      readonly k: 'inSubquery';
      readonly value: Expr;
      readonly plan: Plan;
      readonly negated: boolean;
      readonly foldCase: boolean;
      readonly type: 'bool';
    };

export type Side = 'left' | 'right';

export interface SortKey {
  readonly expr: Expr;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export type JoinKind =
  | 'innerunique'
  | 'inner'
  | 'leftouter'
  | 'rightouter'
  | 'fullouter'
  | 'leftsemi'
  | 'rightsemi'
  | 'leftanti'
  | 'rightanti';

/** A relation in SQL while it is put together: a name to select from, and one identifier per column. */
export interface Relation {
  readonly from: Sql;
  readonly columns: readonly Column[];
  readonly names: readonly Sql[];
  /** The rows are serialized: they come in an order that means something. */
  readonly ordered: boolean;
}

/** Groups and what is computed of each. */
export interface Grouping {
  /** The keys in SQL, over the rows that are grouped. */
  readonly keys: readonly ((rows: Relation) => Sql)[];
  /** Aggregates, and expressions of them. */
  readonly aggregates: readonly Expr[];
  /** The keys' columns, then the aggregates'. */
  readonly columns: readonly Column[];
  /** Groups come in the order of their first row. */
  readonly asFound?: boolean;
}

/** What an operator's own SQL may use. */
export interface LowerContext {
  /** Adds a step of the statement, whose select list must follow `columns` with the identifiers of `names(columns)`. */
  relation(
    body: Sql,
    columns: readonly Column[],
    ordered: boolean,
    materialized?: boolean,
  ): Relation;
  /** SQL identifiers of columns: KQL names differ by case where SQL's don't. */
  names(columns: readonly Column[]): readonly Sql[];
  lower(plan: Plan): Relation;
  /** `order`: the `ORDER BY` of the rows, for aggregates that care. */
  expression(expr: Expr, input: Relation, order?: Sql): Sql;
  aggregate(input: Relation, grouping: Grouping): Relation;
  /** The relation with a column that counts its rows from 1 in their order. */
  numbered(input: Relation): { readonly relation: Relation; readonly ordinal: Sql };
  convert(piece: Sql, from: KqlType, to: KqlType): Sql;
  /** Calls a registered TypeScript function. */
  js(
    name: string,
    args: readonly { readonly sql: Sql; readonly type: KqlType }[],
    returns: KqlType,
  ): Sql;
  readonly now: bigint;
}

/** One row of a step's input or output: values in the columns' order. */
export type Row = readonly Value[];

export interface StepContext {
  readonly signal: AbortSignal;
  readonly now: bigint;
  readonly outside: Outside;
  /** Throws when the query was cancelled; to be called between pieces of work. */
  check(): void;
  /** Counts what the step holds, in values, and stops it with an error that names the limit. */
  account(values: number): void;
}

/** A tabular operator in TypeScript. Rows come in order, in batches, and leave in order. */
export type StepRun = (
  inputs: readonly AsyncIterable<readonly Row[]>[],
  context: StepContext,
) => AsyncIterable<readonly Row[]>;

interface Node {
  readonly columns: readonly Column[];
}

export type Plan =
  | (Node & {
      readonly op: 'scan';
      readonly database: string;
      readonly table: string;
      /** Files instead of a table of the catalog's. */
      readonly external?: ExternalScan;
      /** Only rows that the materialized view of this name has not taken in. */
      readonly delta?: string;
    })
  | (Node & { readonly op: 'rows'; readonly rows: readonly (readonly Expr[])[] })
  | (Node & { readonly op: 'filter'; readonly input: Plan; readonly predicate: Expr })
  | (Node & { readonly op: 'project'; readonly input: Plan; readonly exprs: readonly Expr[] })
  | (Node & {
      readonly op: 'aggregate';
      readonly input: Plan;
      readonly keys: readonly Expr[];
      readonly aggregates: readonly Expr[];
    })
  | (Node & {
      readonly op: 'join';
      readonly left: Plan;
      readonly right: Plan;
      readonly kind: JoinKind;
      readonly on: readonly { readonly left: Expr; readonly right: Expr }[];
      /** Where each output column comes from; `both` is a key of a full outer lookup by name. */
      readonly output: readonly { readonly side: Side; readonly name: string }[];
    })
  | (Node & { readonly op: 'union'; readonly inputs: readonly Plan[] })
  | (Node & { readonly op: 'sort'; readonly input: Plan; readonly keys: readonly SortKey[] })
  | (Node & { readonly op: 'limit'; readonly input: Plan; readonly count: Expr })
  | (Node & { readonly op: 'distinct'; readonly input: Plan })
  /** Marks that the rows' order means something from here on (`serialize`). */
  | (Node & { readonly op: 'serialize'; readonly input: Plan })
  | (Node & { readonly op: 'materialize'; readonly input: Plan })
  /** An operator that says its SQL itself. */
  | (Node & {
      readonly op: 'custom';
      readonly name: string;
      readonly inputs: readonly Plan[];
      /** Expressions that `build` uses and that may hold subqueries. */
      readonly expressions?: readonly Expr[];
      /** The rows come serialized; `input`: if those of the first input do. */
      readonly ordered: boolean | 'input';
      readonly build: (inputs: readonly Relation[], context: LowerContext) => Sql;
      /** The same operator inside of mv-apply or partition: its inputs carry one more column, and so must it. */
      readonly perPartition?: (inputs: readonly Plan[], key: Column) => Plan;
    })
  /** An operator in TypeScript; cuts the statement into stages. */
  | (Node & {
      readonly op: 'step';
      readonly name: string;
      readonly inputs: readonly Plan[];
      readonly run: StepRun;
      readonly perPartition?: (inputs: readonly Plan[], key: Column) => Plan;
    });

/** One table of the answer. */
export interface PlannedResult {
  readonly name: string;
  readonly plan: Plan;
  readonly visualization: Visualization | undefined;
}

/** `set` options and what the text declares. */
export interface PlannedQuery {
  readonly results: readonly PlannedResult[];
  readonly options: Readonly<Record<string, string>>;
}

export const column = (name: string, type: KqlType, side?: Side): Expr =>
  side ? { k: 'column', name, side, type } : { k: 'column', name, type };

export const constant = (value: Value, type: KqlType): Expr => ({ k: 'constant', value, type });

export const call = (name: string, args: readonly Expr[], type: KqlType, span?: Span): Expr => ({
  k: 'call',
  name,
  args,
  type,
  span,
});

export const filter = (input: Plan, predicate: Expr): Plan => ({
  op: 'filter',
  columns: input.columns,
  input,
  predicate,
});

export const limit = (input: Plan, count: Expr): Plan => ({
  op: 'limit',
  columns: input.columns,
  input,
  count,
});

export const sort = (input: Plan, keys: readonly SortKey[]): Plan => ({
  op: 'sort',
  columns: input.columns,
  input,
  keys,
});

/** Picks columns by name, in the given order, under new names where asked. */
export function select(
  input: Plan,
  columns: readonly { readonly from: string; readonly as?: string }[],
): Plan {
  const types = new Map(input.columns.map((c) => [c.name, c.type]));
  const exprs = columns.map((c) => column(c.from, types.get(c.from) ?? 'dynamic'));
  return {
    op: 'project',
    input,
    exprs,
    columns: columns.map((c, i) => ({ name: c.as ?? c.from, type: exprs[i]?.type ?? 'dynamic' })),
  };
}

/** The inputs of a node. */
export function inputsOf(plan: Plan): readonly Plan[] {
  switch (plan.op) {
    case 'scan':
    case 'rows':
      return [];
    case 'join':
      return [plan.left, plan.right];
    case 'union':
    case 'custom':
    case 'step':
      return plan.inputs;
    default:
      return [plan.input];
  }
}

/** Visits an expression and all below it. */
export function walkExpr(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  if (expr.k === 'call' || expr.k === 'aggregate' || expr.k === 'window')
    for (const arg of expr.args) walkExpr(arg, visit);
  else if (expr.k === 'inSubquery') walkExpr(expr.value, visit);
}

/** The same expression with each node replaced from the leaves up. */
export function mapExpr(expr: Expr, change: (expr: Expr) => Expr): Expr {
  if (expr.k === 'call' || expr.k === 'aggregate' || expr.k === 'window')
    return change({ ...expr, args: expr.args.map((a) => mapExpr(a, change)) });
  if (expr.k === 'inSubquery') return change({ ...expr, value: mapExpr(expr.value, change) });
  return change(expr);
}
