import type { Diagnostic } from '../../../common/contract/values.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { NamedPlan, OperatorContext } from '../operators/define.ts';
import { operators } from '../operators/index.ts';
import { answersMany, manyResults } from '../operators/many-results.ts';
import type { Expr, Plan, PlannedQuery, PlannedResult } from '../plan/plan.ts';
import { ValueNeeded } from '../plugins/define.ts';
import { foldedValue } from '../steps/folded-value.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { calledWith, headOf } from './entities.ts';
import { ExpressionBinder, isTabular, type TabularBinder } from './expression.ts';
import { findCase, patternCases } from './patterns.ts';
import { Restriction, wildcard } from './restriction.ts';
import { NO_ROW, Scope } from './scope.ts';
import { serviceNames } from './service-names.ts';
import { aliasKey, declareAlias, declareOption, declareParameters } from './statements.ts';
import { type BindOptions, Tables } from './tables.ts';
import { visualizationOf } from './visualization.ts';

export type { BindOptions, ViewReader } from './tables.ts';

/** Turns the bound tree of a query text into plans, one per result table. */
export class QueryBinder implements TabularBinder {
  readonly #options: BindOptions;
  readonly #expressions: ExpressionBinder;
  readonly #tables: Tables;
  /** Where the declarations stand of the views that wildcards are opening. */
  readonly #openViews = new Set<number>();
  /** Constants that depended on data so far. */
  #asked = 0;
  readonly warnings: Diagnostic[] = [];

  constructor(options: BindOptions) {
    this.#options = options;
    this.#tables = new Tables(options);
    this.#expressions = new ExpressionBinder(this);
  }

  get now(): bigint {
    return this.#options.now;
  }

  get database(): string {
    return this.#options.database;
  }

  bind(root: SyntaxNode): PlannedQuery {
    let scope = new Scope();
    const results: PlannedResult[] = [];
    const options: Record<string, string> = {};
    for (const statement of root.list('Statements')) {
      switch (statement.type) {
        case 'LetStatement':
          this.#expressions.declare(statement, scope);
          break;
        case 'ExpressionStatement':
          results.push(...this.#results(statement.child('Expression'), scope, results.length));
          break;
        case 'SetOptionStatement':
          options[statement.child('Name').name] =
            statement.maybe('ValueClause')?.maybe('Expression')?.text ?? 'true';
          declareOption(statement, scope, this.#expressions);
          break;
        case 'QueryParametersStatement':
          declareParameters(statement, scope, this.#expressions, this.#options.parameters);
          break;
        case 'PatternStatement':
          scope.set(statement.child('Name').name, {
            kind: 'pattern',
            cases: patternCases(statement),
          });
          break;
        case 'AliasStatement':
          declareAlias(statement, scope);
          break;
        case 'RestrictStatement': {
          const before = scope;
          scope = new Scope(before, {
            restriction: new Restriction(
              statement,
              this.database,
              (name) => before.find(name) !== undefined,
            ),
          });
          break;
        }
        default:
          if (statement.length > 0)
            statement.fail(
              'unsupported',
              'statement',
              `not implemented in Calypso: ${statement.type}`,
            );
      }
    }
    return { results, options };
  }

  #results(node: SyntaxNode, scope: Scope, before: number): PlannedResult[] {
    const visualization = visualizationOf(node);
    const name = (i: number): string => `Table_${before + i}`;
    const last = node.type === 'PipeExpression' ? node.child('Operator') : node;
    const forked = this.#many(node, scope);
    if (forked)
      return forked.map((r, i) => ({ name: r.name ?? name(i), plan: r.plan, visualization }));
    const plan =
      isTabular(node, scope) || !node.scalarType
        ? serviceNames(node, this.bindTabular(node, scope))
        : this.#value(node, scope);
    const as = last.type === 'AsOperator' ? last.child('Name').name : undefined;
    return [{ name: as ?? name(0), plan, visualization }];
  }

  /**
   * The tables of a `fork` or `facet` at the end of a pipe. What stands behind it works on each of them: `render`
   * draws them all (page "series_fit_poly()").
   */
  #many(node: SyntaxNode, scope: Scope): NamedPlan[] | undefined {
    if (node.type !== 'PipeExpression') return undefined;
    const last = node.child('Operator');
    const before = node.child('Expression');
    const many = manyResults[last.type];
    if (many && answersMany(last))
      return many(last, this.bindTabular(before, scope), this.#context(scope));
    const legs = this.#many(before, scope);
    if (!legs || last.type === 'RenderOperator') return legs;
    return last.fail(
      'semantic',
      'behind_many_tables',
      `${last.text.split(/\s/)[0]} takes one table, and there are ${legs.length} before it. Put it into each of them.`,
    );
  }

  /** `alias database A = cluster("…").database("D")`: `database("A")` means D from here on (page "alias statement"). */
  /** A text that is one value answers with one cell; the functions' pages call its column `result`. */
  #value(node: SyntaxNode, scope: Scope): Plan {
    const expr = this.#expressions.bind(node, scope, NO_ROW);
    return { op: 'rows', rows: [[expr]], columns: [{ name: 'result', type: expr.type }] };
  }

  bindTabular(node: SyntaxNode, scope: Scope): Plan {
    switch (node.type) {
      case 'PipeExpression':
        return this.#operator(
          node.child('Operator'),
          this.bindTabular(node.child('Expression'), scope),
          scope,
        );
      case 'ParenthesizedExpression':
      case 'DataScopeExpression':
      case 'ToTableExpression':
        return this.bindTabular(node.child('Expression'), scope);
      case 'MaterializeExpression': {
        const input = this.bindTabular(node.child('Expression'), scope);
        return { op: 'materialize', columns: input.columns, input };
      }
      case 'NameReference':
        return this.#table(node, scope);
      case 'PathExpression':
        return this.#qualified(node, scope);
      case 'FunctionCallExpression':
        return this.#call(node, scope);
      default:
        return this.#operator(node, undefined, scope);
    }
  }

  #operator(node: SyntaxNode, input: Plan | undefined, scope: Scope): Plan {
    const definition = operators.get(node.type);
    if (!definition) {
      const word = /^[a-z-]+/i.exec(node.text)?.[0] ?? node.type;
      return node.fail('unsupported', 'not_implemented', `not implemented in Calypso: ${word}`);
    }
    return definition.bind(node, input, this.#context(scope));
  }

  #table(node: SyntaxNode, scope: Scope): Plan {
    const name = node.name;
    const binding = scope.find(name);
    if (binding?.kind === 'tabular') return binding.plan;
    if (binding?.kind === 'entity' && binding.plan) return binding.plan;
    const symbol = node.symbol;
    if (binding?.kind === 'function' || symbol?.kind === 'Function') return this.#call(node, scope);
    const database = scope.database ?? this.database;
    this.#mustShow(node, database, name, scope);
    const known = this.#tables.find(database, name);
    if (known) return placed(node, () => this.#tables.scan(database, known.name));
    return node.fail(
      'semantic',
      'unknown_table',
      `There is no table or function named '${name}' here.`,
    );
  }

  #mustShow(node: SyntaxNode, database: string, name: string, scope: Scope): void {
    if (!scope.shows(database, name))
      node.fail(
        'semantic',
        'restricted',
        `The query restricts its access: '${name}' is not among what it may read.`,
      );
  }

  /** The database that a path names: by itself, by an alias, or by an entity of a group. */
  #databaseOf(path: SyntaxNode, scope: Scope): string {
    const head = headOf(path);
    const entity = head.type === 'NameReference' ? scope.find(head.name) : undefined;
    const named = calledWith(path, 'database');
    if (named === undefined)
      return entity?.kind === 'entity' ? entity.database : (scope.database ?? this.database);
    const alias = scope.find(aliasKey(named));
    if (alias?.kind === 'entity') return alias.database;
    const bound = scope.find(named);
    return bound?.kind === 'scalar' && bound.expr.k === 'constant'
      ? String(bound.expr.value)
      : named;
  }

  /** `database("x").T`, `cluster("y").database("x").T`: only this desk's own databases are here. */
  #qualified(node: SyntaxNode, scope: Scope): Plan {
    const target = node.child('Expression');
    const selector = node.child('Selector');
    if (target.type === 'FunctionCallExpression') {
      const pattern = this.#pattern(target, selector.maybe('Expression') ?? selector, scope);
      if (pattern) return pattern;
    }
    const database = this.#databaseOf(target, scope);
    if (selector.type === 'FunctionCallExpression' || selector.symbol?.kind === 'Function')
      return this.#call(selector, scope, database);
    this.#mustShow(node, database, selector.name, scope);
    const known = this.#tables.find(database, selector.name);
    if (known) return placed(node, () => this.#tables.scan(database, known.name));
    return node.fail(
      'semantic',
      'unknown_table',
      `There is no table '${selector.name}' in database '${database}'.`,
    );
  }

  /** `database`: where the function is, if the text says so. */
  #call(node: SyntaxNode, scope: Scope, database?: string): Plan {
    const name = node.type === 'NameReference' ? node.name : node.child('Name').name;
    const args =
      node.type === 'NameReference' ? [] : node.child('ArgumentList').list('Expressions');
    const first = args[0];
    if (node.type === 'FunctionCallExpression') {
      const pattern = this.#pattern(node, undefined, scope);
      if (pattern) return pattern;
    }
    if (name === 'materialize' && first) {
      const input = this.bindTabular(first, scope);
      return { op: 'materialize', columns: input.columns, input };
    }
    if (name === 'external_table' && first && !scope.find(name))
      return this.#externalTable(node, scope, database ?? scope.database ?? this.database);
    if (name === 'stored_query_result' && first && !scope.find(name)) {
      const wanted = String(this.#expressions.bindConstant(first, scope).value ?? '');
      return (
        this.#tables.storedResult(database ?? scope.database ?? this.database, wanted) ??
        node.fail('semantic', 'unknown_result', `There is no stored query result '${wanted}'.`)
      );
    }
    if (/^(table|materialized_view)$/.test(name) && first && !scope.find(name)) {
      const wanted = String(this.#expressions.bindConstant(first, scope).value ?? '');
      const home = database ?? scope.database ?? this.database;
      this.#mustShow(node, home, wanted, scope);
      if (name === 'materialized_view')
        return this.#materializedPart(node, { database: home, name: wanted }, args[1], scope);
      const found = this.#tables.find(home, wanted);
      if (found) return placed(node, () => this.#tables.scan(home, found.name));
      const binding = scope.find(wanted);
      if (binding?.kind === 'tabular') return binding.plan;
      return node.fail('semantic', 'unknown_table', `There is no table named '${wanted}'.`);
    }
    if (!scope.find(name))
      this.#mustShow(node, database ?? scope.database ?? this.database, name, scope);
    const { body, inner } = this.#expressions.functionBody(node, name, scope, NO_ROW, { database });
    for (const statement of body.list('Statements')) this.#expressions.declare(statement, inner);
    return this.bindTabular(body.child('Expression'), inner);
  }

  /** `external_table("T" [, "mapping"])`: files of this machine, read when the query runs. */
  #externalTable(call: SyntaxNode, scope: Scope, database: string): Plan {
    const args = call.child('ArgumentList').list('Expressions');
    const [name = '', mapping] = args.map((a) =>
      String(this.#expressions.bindConstant(a, scope).value ?? ''),
    );
    this.#mustShow(call, database, name, scope);
    return (
      this.#tables.external(database, name, mapping) ??
      call.fail(
        'semantic',
        'unknown_external_table',
        `There is no external table named '${name}' in database '${database}'.`,
      )
    );
  }

  /** A call of a declared pattern is the query of the case that fits. */
  #pattern(call: SyntaxNode, path: SyntaxNode | undefined, scope: Scope): Plan | undefined {
    const name = call.child('Name').name;
    const binding = scope.find(name);
    if (binding?.kind !== 'pattern') return undefined;
    const wanted = path ? String(path.raw.LiteralValue ?? path.name) : undefined;
    const args = call
      .child('ArgumentList')
      .list('Expressions')
      .map((a) => String(this.#expressions.bindConstant(a, scope).value ?? ''));
    const body = findCase(binding.cases, args, wanted);
    if (!body) {
      const written = args.map((a) => `'${a}'`).join(', ');
      const path = wanted === undefined ? '' : `.['${wanted}']`;
      // Programs read this sentence: it is how they learn what to declare (page "pattern statement").
      return call.fail(
        'semantic',
        'SEM0036',
        `One or more pattern references were not declared. Detected pattern references: ["${name}(${written})${path}"]`,
      );
    }
    return this.bindTabular(body.maybe('Expression') ?? body, scope);
  }

  /**
   * `materialized_view(name, max_age)`: what was materialized, unless that is older than asked for (page
   * "materialized_view() function").
   */
  #materializedPart(
    node: SyntaxNode,
    { database, name }: { readonly database: string; readonly name: string },
    maxAge: SyntaxNode | undefined,
    scope: Scope,
  ): Plan {
    const table = this.#tables.find(database, name);
    if (!table?.view)
      return node.fail(
        'semantic',
        'unknown_view',
        `There is no materialized view named '${name}'.`,
      );
    const age = maxAge && this.#expressions.bindConstant(maxAge, scope).value;
    const since = table.view.behindSince;
    const late =
      typeof age === 'bigint' && since !== undefined && this.#options.now - BigInt(since) > age;
    const part = late ? 'all' : 'materialized';
    return placed(node, () => this.#options.views.read(database, table, part));
  }

  #context(scope: Scope): OperatorContext {
    return {
      scope,
      expressions: this.#expressions,
      database: this.database,
      now: this.now,
      tabular: (node, inner) => this.bindTabular(node, inner ?? scope),
      pipeline: (node, input, inner) => this.#pipeline(node, input, inner ?? scope),
      expr: (node, input): Expr => this.#expressions.bind(node, scope, { columns: input.columns }),
      constant: (node) => this.#constant(node, scope),
      row: (input) => ({ columns: input.columns }),
      parameter: (node, name) =>
        node
          .list('Parameters')
          .find((p) => p.type === 'NamedParameter' && p.child('Name').name.toLowerCase() === name)
          ?.child('Expression'),
      tablesLike: (pattern) => [
        ...this.#tables
          .like(pattern, scope.database ?? this.database, scope)
          .map((t) => ({ name: t.table, plan: this.#tables.scan(t.database, t.table) })),
        ...this.#viewsLike(pattern, scope),
      ],
      query: (text, database, place) => this.#nested(text, database, place),
      databaseOf: (path, at) => this.#databaseOf(path, at),
      entityGroup: (name) => this.#tables.entityGroup(scope.database ?? this.database, name),
    };
  }

  /** The views of the text itself; those with parameters have no rows of their own. */
  #viewsLike(pattern: string, scope: Scope): { name: string; plan: Plan }[] {
    const expression = wildcard(pattern);
    return scope.views().flatMap((name) => {
      const view = scope.find(name);
      if (view?.kind !== 'function' || !expression.test(name)) return [];
      const { declaration } = view;
      const parameters = declaration.child('Parameters').list('Parameters');
      // A view's own wildcard does not mean the view.
      if (parameters.length > 0 || this.#openViews.has(declaration.start)) return [];
      this.#openViews.add(declaration.start);
      try {
        const body = declaration.child('Body');
        const inner = new Scope(view.scope);
        for (const part of body.list('Statements')) this.#expressions.declare(part, inner);
        return [{ name, plan: this.bindTabular(body.child('Expression'), inner) }];
      } finally {
        this.#openViews.delete(declaration.start);
      }
    });
  }

  #constant(node: SyntaxNode, scope: Scope): Expr & { readonly k: 'constant' } {
    const expr = this.#expressions.bind(node, scope, NO_ROW);
    if (expr.k === 'constant') return expr;
    const folded = foldedValue(expr);
    if (folded !== undefined) return { k: 'constant', value: folded, type: expr.type };
    const value = this.#options.values?.[this.#asked++];
    if (value !== undefined) return { k: 'constant', value, type: expr.type };
    throw new ValueNeeded({
      op: 'rows',
      rows: [[expr]],
      columns: [{ name: 'value', type: expr.type }],
    });
  }

  #nested(text: string, database: string, place: SyntaxNode): Plan {
    try {
      const plan = this.#options.nested?.(text, database);
      return (
        plan ?? place.fail('unsupported', 'no_nested', 'There can be no query in a query here.')
      );
    } catch (error) {
      if (!(error instanceof AppError) || error.kind === 'internal') throw error;
      // Its own place lies in another text.
      throw new AppError(error.kind, error.code, `In the inner query: ${error.message}`, {
        span: place.span,
        hints: error.hints,
      });
    }
  }

  /** A subquery whose first operator works on given rows. */
  #pipeline(node: SyntaxNode, input: Plan, scope: Scope): Plan {
    if (node.type === 'PipeExpression') {
      const inner = this.#pipeline(node.child('Expression'), input, scope);
      return this.#operator(node.child('Operator'), inner, scope);
    }
    if (node.type === 'ParenthesizedExpression')
      return this.#pipeline(node.child('Expression'), input, scope);
    if (node.type.endsWith('Operator')) return this.#operator(node, input, scope);
    if (isTabular(node, scope)) return this.bindTabular(node, scope);
    return input;
  }
}

/** What is wrong with a view is told at the place that reads it: its own text is not this one. */
function placed(node: SyntaxNode, read: () => Plan): Plan {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AppError) || error.span) throw error;
    const { kind, code, message, hints, cause } = error;
    throw new AppError(kind, code, message, { span: node.span, hints, cause });
  }
}
