import type { Column } from '../../../common/types/kql-type.ts';
import type { NamedPlan, OperatorContext } from '../operators/define.ts';
import type { Expr, Plan, Row } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';

/** One `evaluate name(arguments)`. */
export interface PluginCall {
  /** The evaluate operator. */
  readonly node: SyntaxNode;
  readonly args: readonly SyntaxNode[];
  readonly input: Plan;
  readonly context: OperatorContext;
  /**
   * Output columns that Kusto.Language knows, or that the text states after `:`; undefined where they depend on
   * the data and the text states none.
   */
  readonly columns: readonly Column[] | undefined;
  /** A constant argument; an error names its place. */
  constant(index: number): (Expr & { readonly k: 'constant' }) | undefined;
  /** An argument over the input's columns. */
  expr(index: number): Expr;
  /** The name of the column that an argument is. */
  columnName(index: number): string;
}

/** A plugin: what `evaluate` puts into the plan. One file each. */
export interface Plugin {
  readonly kind: 'plugin';
  readonly name: string;
  /** Called with the columns known, else `schema` is asked first. */
  readonly bind: (call: PluginCall, columns: readonly Column[]) => Plan;
  /** For plugins that answer with several tables; nothing can stand behind them. */
  readonly tables?: (call: PluginCall) => readonly NamedPlan[];
  /** For plugins whose columns depend on the data: what to run, and the columns that follow from its rows. */
  readonly schema?: (call: PluginCall) => {
    readonly plan: Plan;
    readonly columns: (rows: readonly Row[]) => readonly Column[];
  };
}

export interface UnavailablePlugin {
  readonly kind: 'later' | 'never';
  readonly name: string;
  readonly reason: string;
}

/** Thrown while binding where the plan depends on data: the runner runs `plan`, and binds again with what it gave. */
export class DataNeeded extends Error {
  readonly plan: Plan;

  constructor(plan: Plan, what: string) {
    super(`${what} on the data`);
    this.plan = plan;
  }
}

/** Where a constant depends on data, as `toscalar(…)` does: the one value of `plan` stands for it. */
export class ValueNeeded extends DataNeeded {
  constructor(plan: Plan) {
    super(plan, 'a constant depends');
  }
}

/**
 * Thrown while binding where a plugin's columns depend on data: the runner runs `plan`, inserts the columns into
 * the text after the plugin's call (`: (a: long, …)`, which is KQL) and binds again.
 */
export class SchemaNeeded extends DataNeeded {
  readonly offset: number;
  /** The text that the offset counts in: the query's, or that of a function's body. */
  readonly source: string;
  readonly columns: (rows: readonly Row[]) => readonly Column[];

  constructor(
    at: { readonly offset: number; readonly source: string },
    plan: Plan,
    columns: (rows: readonly Row[]) => readonly Column[],
  ) {
    super(plan, 'the columns of a plugin depend');
    this.offset = at.offset;
    this.source = at.source;
    this.columns = columns;
  }

  /** The same with its place in the whole text; undefined where the body is not part of it. */
  within(text: string): SchemaNeeded | undefined {
    if (this.source === text) return this;
    const start = text.indexOf(this.source);
    if (start < 0) return undefined;
    return new SchemaNeeded({ offset: start + this.offset, source: text }, this.plan, this.columns);
  }
}
