import { kqlTypeOf } from '../../../common/types/kql-type.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { calledWith } from './entities.ts';
import type { ExpressionBinder } from './expression.ts';
import { parameterValue } from './literal.ts';
import { NO_ROW, type Scope } from './scope.ts';

/** Names of databases are no names of values: an alias is kept under a key of its own. */
export const aliasKey = (name: string): string => `database ${name}`;

/** `alias database name = …` (page "alias statement"). */
export function declareAlias(statement: SyntaxNode, scope: Scope): void {
  const database = calledWith(statement.child('Expression'), 'database');
  if (database === undefined)
    statement.fail('semantic', 'alias', 'An alias stands for a database.');
  else
    scope.set(aliasKey(statement.child('Name').name), {
      kind: 'entity',
      database,
      plan: undefined,
    });
}

/** Options that functions ask for by name: `bin_auto`'s. */
export function declareOption(
  statement: SyntaxNode,
  scope: Scope,
  expressions: ExpressionBinder,
): void {
  const name = statement.child('Name').name;
  const value = statement.maybe('ValueClause')?.maybe('Expression');
  if (value && /^query_bin_auto_(size|at)$/.test(name))
    scope.set(name, { kind: 'scalar', expr: expressions.bind(value, scope, NO_ROW) });
}

/** `declare query_parameters (…)`: the request's values, or the defaults (page "query parameters declaration statement"). */
export function declareParameters(
  statement: SyntaxNode,
  scope: Scope,
  expressions: ExpressionBinder,
  values: Readonly<Record<string, string>>,
): void {
  for (const parameter of statement.list('Parameters')) {
    const declared = parameter.child('NameAndType');
    const name = declared.child('Name').name;
    const scalar = kqlTypeOf(declared.child('Type').text) ?? 'string';
    const given = values[name];
    if (given !== undefined) {
      const expr = parameterValue(given, scalar);
      if (!expr)
        parameter.fail(
          'semantic',
          'parameter_value',
          `The value given for '${name}' is no ${scalar}: ${given}`,
        );
      else scope.set(name, { kind: 'scalar', expr });
      continue;
    }
    const fallback = parameter.maybe('DefaultValue')?.maybe('Value');
    if (!fallback)
      parameter.fail(
        'semantic',
        'parameter_missing',
        `The query parameter '${name}' has no value.`,
      );
    else
      scope.set(name, {
        kind: 'scalar',
        expr: expressions.bindAs(fallback, scalar, scope, NO_ROW),
      });
  }
}
