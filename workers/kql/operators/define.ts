import type { ExpressionBinder } from '../bind/expression.ts';
import type { RowScope, Scope } from '../bind/scope.ts';
import type { Expr, Plan } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';

/** What an operator may ask for while it is planned. */
export interface OperatorContext {
  readonly scope: Scope;
  readonly expressions: ExpressionBinder;
  readonly database: string;
  readonly now: bigint;
  /** A tabular expression somewhere in the operator: the right side of a join, a union's leg. */
  tabular(node: SyntaxNode, scope?: Scope): Plan;
  /**
   * A pipeline of operators over given rows: the subquery of mv-apply, partition, fork. The text's first
   * operator takes `input` as what stands before its pipe.
   */
  pipeline(node: SyntaxNode, input: Plan, scope?: Scope): Plan;
  /** An expression over the columns of `input`. */
  expr(node: SyntaxNode, input: Plan): Expr;
  /** A value that is known before the plan runs: what of it depends on data is asked first. */
  constant(node: SyntaxNode): Expr & { readonly k: 'constant' };
  row(input: Plan): RowScope;
  /** The value of a named parameter: `hint.shufflekey=…`, `kind=…`. */
  parameter(node: SyntaxNode, name: string): SyntaxNode | undefined;
  /** All tables, and views of the text, that a wildcard name may mean. */
  tablesLike(pattern: string): readonly { readonly name: string; readonly plan: Plan }[];
  /** The plan of a text of its own, on a database of this desk; its errors are those of `place`. */
  query(text: string, database: string, place: SyntaxNode): Plan;
  /** The database that a path is about: `cluster("c").database("d")`, an alias, the current one. */
  databaseOf(path: SyntaxNode, scope: Scope): string;
  /** The databases of an entity group that the current database stores. */
  entityGroup(name: string): readonly string[] | undefined;
}

/** One of several tables of an answer. */
export interface NamedPlan {
  readonly name: string | undefined;
  readonly plan: Plan;
}

/** A tabular operator: how its syntax becomes plan nodes. One file each. */
export interface OperatorDefinition {
  /** Class of the syntax node. */
  readonly syntax: string;
  /** The names that people write, for `calypso coverage`. */
  readonly names: readonly string[];
  /** `input` is undefined where the operator stands first (print, range, union, search…). */
  readonly bind: (node: SyntaxNode, input: Plan | undefined, context: OperatorContext) => Plan;
}

/** For operators that need something before their pipe. */
export function operator(
  syntax: string,
  names: readonly string[],
  bind: (node: SyntaxNode, input: Plan, context: OperatorContext) => Plan,
): OperatorDefinition {
  return {
    syntax,
    names,
    bind: (node, input, context) =>
      input
        ? bind(node, input, context)
        : node.fail('semantic', 'no_input', `${names[0]} needs a table before it.`),
  };
}

/** For operators that may stand first. */
export function source(
  syntax: string,
  names: readonly string[],
  bind: OperatorDefinition['bind'],
): OperatorDefinition {
  return { syntax, names, bind };
}
