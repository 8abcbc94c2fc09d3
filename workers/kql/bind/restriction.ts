import type { SyntaxNode } from '../syntax/node.ts';
import { calledWith } from './entities.ts';
import type { Binding } from './scope.ts';

interface Pattern {
  readonly database: string;
  readonly name: RegExp;
}

/** A name with stars as an expression that fits whole names. */
export function wildcard(pattern: string): RegExp {
  const bare = pattern.replace(/^\[?['"]?|['"]?\]?$/g, '');
  return new RegExp(`^${bare.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`, 'i');
}

/** Views and functions that give tables, and patterns: what `restrict access` hides. */
function isTable(binding: Binding): boolean {
  switch (binding.kind) {
    case 'tabular':
    case 'pattern':
      return true;
    case 'function': {
      const body = binding.declaration.maybe('Body')?.maybe('Expression');
      return body?.resultType?.kind === 'table';
    }
    default:
      return false;
  }
}

/** What a `restrict access to (…)` leaves in sight of the statements behind it (page "restrict statement"). */
export class Restriction {
  readonly #names: readonly RegExp[];
  readonly #entities: readonly Pattern[];

  /** `isDeclared`: whether the text declares a name before the statement. */
  constructor(
    statement: SyntaxNode,
    currentDatabase: string,
    isDeclared: (name: string) => boolean,
  ) {
    const names: RegExp[] = [];
    const entities: Pattern[] = [];
    for (const entity of statement.list('Expressions')) {
      if (entity.type === 'PathExpression') {
        const database = calledWith(entity.child('Expression'), 'database') ?? currentDatabase;
        entities.push({ database, name: wildcard(entity.child('Selector').text) });
      } else if (entity.text.includes('*') || isDeclared(entity.name))
        names.push(wildcard(entity.text));
      else entities.push({ database: currentDatabase, name: wildcard(entity.text) });
    }
    this.#names = names;
    this.#entities = entities;
  }

  showsName(name: string, binding: Binding): boolean {
    return !isTable(binding) || this.#names.some((n) => n.test(name));
  }

  showsEntity(database: string, entity: string): boolean {
    return this.#entities.some((e) => e.database === database && e.name.test(entity));
  }
}
