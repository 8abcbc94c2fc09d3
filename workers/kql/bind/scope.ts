import type { Column } from '../../../common/types/kql-type.ts';
import type { Expr, Plan } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import type { PatternCase } from './patterns.ts';

/** What a name of the text stands for. */
export type Binding =
  | { readonly kind: 'scalar'; readonly expr: Expr }
  | { readonly kind: 'tabular'; readonly plan: Plan }
  /** A function declared by `let`; its body sees the names of its own place. */
  | { readonly kind: 'function'; readonly scope: Scope; readonly declaration: SyntaxNode }
  | { readonly kind: 'pattern'; readonly cases: readonly PatternCase[] }
  /** A graph made by make-graph, known to the graph operators alone. */
  | { readonly kind: 'graph'; readonly graph: unknown };

/** Names in force at one place of the text. */
export class Scope {
  readonly #names = new Map<string, Binding>();
  readonly #outer: Scope | undefined;
  readonly depth: number;

  constructor(outer?: Scope, depth?: number) {
    this.#outer = outer;
    this.depth = depth ?? outer?.depth ?? 0;
  }

  find(name: string): Binding | undefined {
    return this.#names.get(name) ?? this.#outer?.find(name);
  }

  set(name: string, binding: Binding): void {
    this.#names.set(name, binding);
  }

  get root(): Scope {
    return this.#outer?.root ?? this;
  }
}

/** The columns that an expression may name. */
export interface RowScope {
  readonly columns: readonly Column[];
  /** In a join condition: the right side's columns; `columns` is the left's. */
  readonly right?: readonly Column[];
  /** What `name.member` means where a name stands for a row of its own: a step of scan, a node of a graph. */
  /** Functions that mean something only at this place: map, all, any over the edges of a path. */
  readonly call?: (node: SyntaxNode) => Expr | undefined;
  readonly member?: (name: string, member: string) => Expr | undefined;
}

export const NO_ROW: RowScope = { columns: [] };
