import { AppError, type Span } from '../../../common/errors/app-error.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';
import { registry } from '../functions/registry.ts';
import { call, column, constant, type Expr, type Plan } from '../plan/plan.ts';
import { kusto, type RawSymbol, toArray } from '../syntax/library.ts';
import type { BoundParameter, SyntaxNode } from '../syntax/node.ts';
import { calledWith } from './entities.ts';
import { literal } from './literal.ts';
import { NO_ROW, type RowScope, Scope } from './scope.ts';
import { oncePerQuery, specialForms } from './special-forms.ts';
import { windowFunctions } from './window-functions.ts';

/** What the expression binder needs of the query binder: tables inside expressions. */
export interface TabularBinder {
  bindTabular(node: SyntaxNode, scope: Scope): Plan;
  readonly now: bigint;
  readonly database: string;
}

const AGGREGATES = new Set(toArray<RawSymbol>(kusto.Aggregates.All));
const BUILT_IN = new Set(toArray<RawSymbol>(kusto.Functions.All));

const MAX_CALL_DEPTH = 64;

/** Turns bound syntax into typed expressions: names resolved, user functions opened, arguments converted. */
export class ExpressionBinder {
  readonly tabular: TabularBinder;

  constructor(tabular: TabularBinder) {
    this.tabular = tabular;
  }

  bind(node: SyntaxNode, scope: Scope, row: RowScope): Expr {
    const constantExpr = literal(node, this.tabular.now);
    if (constantExpr) return constantExpr;
    switch (node.type) {
      case 'ParenthesizedExpression':
        return this.bind(node.child('Expression'), scope, row);
      case 'SimpleNamedExpression':
      case 'CompoundNamedExpression':
        return this.bind(node.child('Expression'), scope, row);
      case 'NameReference':
        return this.#name(node, scope, row);
      case 'PathExpression':
        return this.#path(node, scope, row);
      case 'ElementExpression': {
        const target = this.bind(node.child('Expression'), scope, row);
        const selector = node.child('Selector');
        const index = this.bind(selector.maybe('Expression') ?? selector, scope, row);
        return call('op_Element', [target, index], node.scalarType ?? 'dynamic', node.span);
      }
      case 'PrefixUnaryExpression':
        return this.#operator(node, [node.child('Expression')], scope, row);
      case 'BinaryExpression':
        if (node.child('Left').type === 'StarExpression') return this.#anyColumn(node, scope, row);
        return this.#operator(node, [node.child('Left'), node.child('Right')], scope, row);
      case 'BetweenExpression': {
        const range = node.child('Right');
        return this.#operator(
          node,
          [node.child('Left'), range.child('First'), range.child('Second')],
          scope,
          row,
        );
      }
      case 'InExpression':
        return this.#in(node, scope, row);
      case 'HasAnyExpression':
      case 'HasAllExpression':
        return this.#operator(
          node,
          [node.child('Left'), ...node.child('Right').list('Expressions')],
          scope,
          row,
        );
      case 'FunctionCallExpression':
        return this.#call(node, scope, row);
      case 'ToScalarExpression': {
        if (node.child('Expression').scalarType)
          return this.bind(node.child('Expression'), scope, NO_ROW);
        const plan = this.tabular.bindTabular(node.child('Expression'), oncePerQuery(node, scope));
        return {
          k: 'subquery',
          plan,
          type: node.scalarType ?? plan.columns[0]?.type ?? 'dynamic',
        };
      }
      case 'OrderedExpression':
        return this.bind(node.child('Expression'), scope, row);
      default:
        return node.fail(
          'unsupported',
          'expression',
          `not implemented in Calypso: ${node.type.replace(/Expression$/, '')} as a scalar expression`,
        );
    }
  }

  /** Binds and converts to a type, as an argument of a declared parameter is. */
  bindAs(node: SyntaxNode, type: KqlType, scope: Scope, row: RowScope): Expr {
    return convert(this.bind(node, scope, row), type);
  }

  /** A constant needed while planning (row limits, options); an error names the place. */
  bindConstant(node: SyntaxNode, scope: Scope): Expr & { readonly k: 'constant' } {
    const expr = this.bind(node, scope, NO_ROW);
    if (expr.k === 'constant') return expr;
    return node.fail('semantic', 'not_constant', 'A constant is needed here.');
  }

  #name(node: SyntaxNode, scope: Scope, row: RowScope): Expr {
    const symbol = node.symbol;
    const name = symbol?.name ?? node.name;
    if (symbol?.kind === 'Column' || symbol?.kind === undefined) {
      const found =
        row.columns.find((c) => c.name === name) ?? row.right?.find((c) => c.name === name);
      if (found) return column(found.name, found.type, row.right ? sideOf(found, row) : undefined);
    }
    const whole = row.whole?.(name);
    if (whole) return whole;
    const binding = scope.find(name);
    if (binding?.kind === 'scalar') return binding.expr;
    if (binding?.kind === 'tabular')
      return { k: 'subquery', plan: binding.plan, type: node.scalarType ?? 'dynamic' };
    if (binding?.kind === 'function' || symbol?.kind === 'Function')
      return this.#call(node, scope, row);
    const found = row.columns.find((c) => c.name === name);
    if (found) return column(found.name, found.type);
    return node.fail(
      'semantic',
      'unknown_name',
      `The name '${name}' does not refer to any known column, table, variable or function.`,
    );
  }

  #path(node: SyntaxNode, scope: Scope, row: RowScope): Expr {
    const target = node.child('Expression');
    const selector = node.child('Selector');
    const side = target.type === 'NameReference' ? target.name : '';
    if (row.right && (side === '$left' || side === '$right')) {
      const columns = side === '$left' ? row.columns : row.right;
      const found = columns.find((c) => c.name === selector.name);
      if (found) return column(found.name, found.type, side === '$left' ? 'left' : 'right');
    }
    const member = row.member?.(side, selector.name);
    if (member) return member;
    // A stored function of another database.
    const database = calledWith(target, 'database');
    if (selector.type === 'FunctionCallExpression' && database !== undefined)
      return this.#openFunction(selector, selector.child('Name').name, scope, row, database);
    const entity = side === '' ? undefined : scope.find(side);
    if (entity?.kind === 'entity') return entityProperty(node, selector.name, entity.database);
    const inner = this.bind(target, scope, row);
    if (selector.type === 'BracketedExpression')
      return call(
        'op_Element',
        [inner, this.bind(selector.child('Expression'), scope, row)],
        node.scalarType ?? 'dynamic',
        node.span,
      );
    return call(
      'op_Member',
      [inner, constant(selector.name, 'string')],
      node.scalarType ?? 'dynamic',
      node.span,
    );
  }

  #operator(
    node: SyntaxNode,
    operands: readonly SyntaxNode[],
    scope: Scope,
    row: RowScope,
    kind = node.operatorKind,
  ): Expr {
    if (!kind)
      return node.fail(
        'semantic',
        'operator',
        `The operator in '${node.text}' can't be applied here.`,
      );
    const name = `op_${kind}`;
    if (!registry.scalar(name))
      return node.fail('unsupported', 'operator', `not implemented in Calypso: operator ${kind}`);
    const args = operands.map((o) => this.bind(o, scope, row));
    const type = node.scalarType ?? 'bool';
    const only = args[0];
    if (kind === 'UnaryMinus' && only?.k === 'constant') {
      if (typeof only.value === 'bigint' || typeof only.value === 'number')
        return constant(-only.value, only.type);
    }
    return call(name, args, type, node.span);
  }

  /** `* has "x"`: any column of the row, as text. */
  #anyColumn(node: SyntaxNode, scope: Scope, row: RowScope): Expr {
    const kind = node.operatorKind ?? (node.kind.replace(/Expression$/, '') || 'Has');
    const value = this.bind(node.child('Right'), scope, row);
    const negated = kind.startsWith('Not');
    const tests = row.columns.map((c) =>
      call(`op_${kind}`, [convert(column(c.name, c.type), 'string'), value], 'bool', node.span),
    );
    return tests.reduce(
      (a, b) => call(negated ? 'op_And' : 'op_Or', [a, b], 'bool', node.span),
      constant(negated, 'bool') as Expr,
    );
  }

  #in(node: SyntaxNode, scope: Scope, row: RowScope): Expr {
    const kind = node.operatorKind ?? 'In';
    const items = node.child('Right').list('Expressions');
    const only = items.length === 1 ? items[0] : undefined;
    if (only && isTabular(only, scope)) {
      return {
        k: 'inSubquery',
        value: this.bind(node.child('Left'), scope, row),
        plan: this.tabular.bindTabular(only, scope),
        negated: kind.startsWith('Not'),
        // In Kusto.Language `in~` is the one named InCs.
        foldCase: kind === 'InCs' || kind === 'NotInCs',
        type: 'bool',
      };
    }
    return this.#operator(node, [node.child('Left'), ...items], scope, row, kind);
  }

  #call(node: SyntaxNode, scope: Scope, row: RowScope): Expr {
    const name = node.type === 'NameReference' ? node.name : node.child('Name').name;
    const args =
      node.type === 'NameReference' ? [] : node.child('ArgumentList').list('Expressions');
    const symbol = node.symbol ?? node.maybe('Name')?.symbol;
    const span = node.span;
    const binding = scope.find(name);
    const builtIn =
      symbol !== undefined && (BUILT_IN.has(symbol.raw) || AGGREGATES.has(symbol.raw));
    if (binding?.kind === 'scalar' && args.length === 0) return binding.expr;
    if (!builtIn && (binding?.kind === 'function' || symbol?.kind === 'Function'))
      return this.#openFunction(node, name, scope, row);
    const placed = node.type === 'FunctionCallExpression' ? row.call?.(node) : undefined;
    if (placed) return placed;
    const special = specialForms[name];
    if (special) return special({ node, args, scope, row, binder: this });
    if (windowFunctions.has(name))
      return {
        k: 'window',
        name,
        args: this.#arguments(node, args, scope, row, true),
        type: node.scalarType ?? 'dynamic',
        span,
      };
    const isAggregate = symbol !== undefined && AGGREGATES.has(symbol.raw);
    const entry = isAggregate ? registry.aggregate(name) : registry.scalar(name);
    if (!entry) {
      const known = registry.unavailable(name);
      throw new AppError(
        'unsupported',
        known?.kind === 'never' ? 'meaningless_here' : 'not_implemented',
        known?.kind === 'never'
          ? `${name}() has no meaning on this desk: ${known.reason}`
          : `not implemented in Calypso: ${name}${known ? ` (${known.reason})` : ''}`,
        { span },
      );
    }
    const returns = entry.kind === 'scalar' ? entry.returns : undefined;
    const type = returns ?? node.scalarType ?? 'dynamic';
    const bound = this.#arguments(node, args, scope, row, entry.coerce !== false);
    if (isAggregate) return { k: 'aggregate', name, args: bound, type, span };
    return this.#fold(call(name, bound, type, span));
  }

  /** Arguments in order; a star or a named argument stands as it is written. */
  #arguments(
    node: SyntaxNode,
    args: readonly SyntaxNode[],
    scope: Scope,
    row: RowScope,
    coerce: boolean,
  ): Expr[] {
    const parameters = coerce ? node.argumentParameters(args) : [];
    const result = node.scalarType;
    return args
      .filter((a) => a.type !== 'StarExpression')
      .map((arg, i) => coerceTo(this.bind(arg, scope, row), parameters[i], result));
  }

  /** Computes a call of constants now, where its TypeScript form says how. */
  #fold(expr: Expr): Expr {
    if (expr.k !== 'call' || expr.args.length === 0) return expr;
    const entry = registry.scalar(expr.name);
    const js = entry?.js;
    if (!js || js.volatile || js.text) return expr;
    const values = expr.args.map((a) => (a.k === 'constant' ? a : undefined));
    if (values.some((v) => v === undefined)) return expr;
    const known = values.filter((v) => v !== undefined);
    if (js.nulls !== 'pass' && known.some((v) => v.value === null)) return expr;
    const given = known.map((v) => v.value);
    const types = known.map((v) => v.type);
    try {
      return constant(entry.folded?.(given, types) ?? js.call(given, types, expr.type), expr.type);
    } catch {
      // The engine reports it with the call's place when it runs.
      return expr;
    }
  }

  /** Opens a user function: its body, with the arguments in place of the parameters. */
  #openFunction(
    node: SyntaxNode,
    name: string,
    scope: Scope,
    row: RowScope,
    database?: string,
  ): Expr {
    const { body, inner } = this.functionBody(node, name, scope, row, { database });
    const statements = body.list('Statements');
    for (const statement of statements) {
      if (statement.type !== 'LetStatement')
        statement.fail(
          'unsupported',
          'statement',
          `not implemented in Calypso: ${statement.type} inside a function`,
        );
      this.declare(statement, inner);
    }
    return this.bind(body.child('Expression'), inner, row);
  }

  /** The bound body of a call of a user function and the names that are in force in it. */
  functionBody(
    node: SyntaxNode,
    name: string,
    scope: Scope,
    row: RowScope,
    from: { readonly piped?: Plan; readonly database?: string | undefined } = {},
  ): { body: SyntaxNode; inner: Scope } {
    const { piped, database } = from;
    const binding = scope.find(name);
    const outer = binding?.kind === 'function' ? binding.scope : scope.root;
    const depth = scope.depth + 1;
    if (depth > MAX_CALL_DEPTH)
      node.fail('semantic', 'recursion', `The function ${name} calls itself without end.`);
    const called = node.type === 'NameReference' ? undefined : node.calledBody;
    const body =
      called ??
      node.calledBody ??
      (binding?.kind === 'function' ? binding.declaration.child('Body') : undefined);
    if (!body)
      // Kusto.Language opens no function that is open already.
      return node.fail(
        'semantic',
        'recursion',
        `The function '${name}' can't be opened here: it calls itself, directly or through others, or its text has an error.`,
      );
    const inner = new Scope(outer, { depth, database });
    const args =
      node.type === 'NameReference' ? [] : node.child('ArgumentList').list('Expressions');
    const parameters = node.parameters;
    // `invoke` gives the rows before its pipe to the first parameter; the arguments go to the others.
    const first = piped ? parameters[0] : undefined;
    const targets = piped ? parameters.slice(1) : node.argumentParameters(args);
    const given = new Map<string, SyntaxNode>();
    args.forEach((arg, i) => {
      const target =
        arg.type === 'SimpleNamedExpression'
          ? parameters.find((p) => p.name === arg.child('Name').name)
          : (targets[i] ?? parameters[i]);
      if (target)
        given.set(
          target.name,
          arg.type === 'SimpleNamedExpression' ? arg.child('Expression') : arg,
        );
    });
    for (const parameter of parameters) {
      if (piped && parameter === first) {
        inner.set(parameter.name, { kind: 'tabular', plan: piped });
        continue;
      }
      const arg = given.get(parameter.name) ?? parameter.defaultValue;
      if (!arg) continue;
      if (parameter.tabular)
        inner.set(parameter.name, {
          kind: 'tabular',
          plan: this.tabular.bindTabular(arg, scope),
        });
      else
        inner.set(parameter.name, {
          kind: 'scalar',
          expr: coerceTo(this.bind(arg, scope, row), parameter, undefined),
        });
    }
    return { body, inner };
  }

  /** Puts what a `let` declares into a scope. */
  declare(statement: SyntaxNode, scope: Scope): void {
    const name = statement.child('Name').name;
    const value = statement.child('Expression');
    if (value.type === 'FunctionDeclaration')
      scope.set(name, { kind: 'function', scope, declaration: value });
    else if (value.type === 'EntityGroup')
      scope.set(name, { kind: 'entityGroup', members: value.list('Entities'), scope });
    else if (isTabular(value, scope))
      scope.set(name, { kind: 'tabular', plan: this.tabular.bindTabular(value, scope) });
    else scope.set(name, { kind: 'scalar', expr: this.bind(value, scope, NO_ROW) });
  }
}

/** What macro-expand tells of the entity that it is at (page "macro-expand operator"). */
function entityProperty(node: SyntaxNode, name: string, database: string): Expr {
  if (name === '$current_database') return constant(database, 'string');
  if (name === '$current_cluster_endpoint')
    return call('current_cluster_endpoint', [], 'string', node.span);
  return node.fail('semantic', 'entity', `An entity has no property '${name}'.`);
}

function sideOf(found: { readonly name: string }, row: RowScope): 'left' | 'right' {
  return row.columns.some((c) => c.name === found.name) ? 'left' : 'right';
}

/** Whether an expression is a table. */
export function isTabular(node: SyntaxNode, scope: Scope): boolean {
  if (node.type === 'ParenthesizedExpression') return isTabular(node.child('Expression'), scope);
  const type = node.resultType;
  if (type) return type.kind === 'table' || (type.kind === 'other' && /graph/i.test(type.name));
  return node.type === 'NameReference' && scope.find(node.name)?.kind === 'tabular';
}

/** The expression as another type, by KQL's `to…` function; the same if it has the type. */
export function convert(expr: Expr, type: KqlType, span?: Span): Expr {
  if (expr.type === type) return expr;
  if (expr.k === 'constant') {
    if (expr.value === null) return constant(type === 'string' ? '' : null, type);
    if (expr.type === 'int' && type === 'long')
      return constant(BigInt(expr.value as number), 'long');
    if ((expr.type === 'int' || expr.type === 'long') && type === 'real')
      return constant(Number(expr.value), 'real');
    if (type === 'dynamic' && expr.type !== 'datetime' && expr.type !== 'timespan')
      return constant(expr.type === 'int' ? BigInt(expr.value as number) : expr.value, 'dynamic');
  }
  return call(`to${type}`, [expr], type, span);
}

const NUMERIC: ReadonlySet<KqlType> = new Set(['int', 'long', 'real', 'decimal']);

function coerceTo(
  expr: Expr,
  parameter: BoundParameter | undefined,
  result: KqlType | undefined,
): Expr {
  if (!parameter) return expr;
  const { typeKind, types } = parameter;
  if (typeKind === 'Declared' && types.length > 0) {
    if (types.includes(expr.type)) return expr;
    const first = types[0];
    const wider = types.find((t) => NUMERIC.has(t) && NUMERIC.has(expr.type));
    return first ? convert(expr, wider ?? first) : expr;
  }
  // Branches of iff, case, coalesce: all of them take the result's type.
  if (typeKind.startsWith('Common') && result && expr.type !== result) return convert(expr, result);
  return expr;
}
