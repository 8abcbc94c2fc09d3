import type { Column } from '../../../common/types/kql-type.ts';
import type { Expr, Plan } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import type { PatternCase } from './patterns.ts';
import type { Restriction } from './restriction.ts';

/** What a name of the text stands for. */
export type Binding =
  | { readonly kind: 'scalar'; readonly expr: Expr }
  | { readonly kind: 'tabular'; readonly plan: Plan }
  /** A function declared by `let`; its body sees the names of its own place. */
  | { readonly kind: 'function'; readonly scope: Scope; readonly declaration: SyntaxNode }
  | { readonly kind: 'pattern'; readonly cases: readonly PatternCase[] }
  /** A database under another name, or one of an entity group; `plan` where the entity is a table. */
  | {
      readonly kind: 'entity';
      readonly database: string;
      readonly plan: Plan | undefined;
    }
  /** `entity_group […]`: its members, and the names in force where they were written. */
  | { readonly kind: 'entityGroup'; readonly members: readonly SyntaxNode[]; readonly scope: Scope }
  /** A graph made by make-graph, known to the graph operators alone. */
  | { readonly kind: 'graph'; readonly graph: unknown };

/** Names in force at one place of the text. */
export class Scope {
  readonly #names = new Map<string, Binding>();
  readonly #outer: Scope | undefined;
  readonly #restriction: Restriction | undefined;
  readonly #database: string | undefined;
  readonly #asked: ((name: string, binding: Binding) => void) | undefined;
  readonly depth: number;

  constructor(
    outer?: Scope,
    inner: {
      readonly depth?: number;
      /** What of the outer names and of the databases can be seen from here on. */
      readonly restriction?: Restriction;
      /** Where names without a database are looked for. */
      readonly database?: string | undefined;
      /** Told of each outer name that is asked for. */
      readonly asked?: (name: string, binding: Binding) => void;
    } = {},
  ) {
    this.#outer = outer;
    this.#restriction = inner.restriction;
    this.#database = inner.database;
    this.#asked = inner.asked;
    this.depth = inner.depth ?? outer?.depth ?? 0;
  }

  find(name: string): Binding | undefined {
    const own = this.#names.get(name);
    if (own) return own;
    const found = this.#outer?.find(name);
    if (found) this.#asked?.(name, found);
    return found && this.#restriction && !this.#restriction.showsName(name, found)
      ? undefined
      : found;
  }

  /** The database whose function this is; undefined: that of the query. */
  get database(): string | undefined {
    return this.#database ?? this.#outer?.database;
  }

  /** Whether the query may read a stored table or function. */
  shows(database: string, entity: string): boolean {
    return (
      (this.#restriction?.showsEntity(database, entity) ?? true) &&
      (this.#outer?.shows(database, entity) ?? true)
    );
  }

  /** Names of the views that `let` declares: what wildcards and `find` without tables see of them. */
  views(): string[] {
    const own = [...this.#names].flatMap(([name, binding]) =>
      binding.kind === 'function' && binding.declaration.text.startsWith('view') ? [name] : [],
    );
    const outer = this.#outer?.views() ?? [];
    return [...outer.filter((name) => !this.#names.has(name) && this.find(name)), ...own];
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
  /** What such a name means by itself. */
  readonly whole?: (name: string) => Expr | undefined;
}

export const NO_ROW: RowScope = { columns: [] };
