import type { SchemaInfo, TableInfo } from '../../../common/contract/schema.ts';
import type { Diagnostic, Visualization } from '../../../common/contract/values.ts';
import { kqlTypeOf } from '../../../common/types/kql-type.ts';
import type { OperatorContext } from '../operators/define.ts';
import { operators } from '../operators/index.ts';
import { manyResults } from '../operators/many-results.ts';
import type { Expr, Plan, PlannedQuery, PlannedResult } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { ExpressionBinder, isTabular, type TabularBinder } from './expression.ts';
import { parameterValue } from './literal.ts';
import { findCase, patternCases } from './patterns.ts';
import { NO_ROW, Scope } from './scope.ts';
import { serviceNames } from './service-names.ts';

export interface BindOptions {
  readonly database: string;
  readonly schema: SchemaInfo;
  /** Ticks of now(). */
  readonly now: bigint;
  /** Values of `declare query_parameters`, as KQL literals. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Opens materialized views. */
  readonly views: ViewReader;
  /** The text is a view's query, and this stands for its source: the rows that the view has not taken in. */
  readonly fact?: { readonly table: string; readonly plan: () => Plan };
}

export interface ViewReader {
  read(database: string, table: TableInfo, part: 'all' | 'materialized'): Plan;
}

/** Turns the bound tree of a query text into plans, one per result table. */
export class QueryBinder implements TabularBinder {
  readonly #options: BindOptions;
  readonly #expressions: ExpressionBinder;
  readonly warnings: Diagnostic[] = [];

  constructor(options: BindOptions) {
    this.#options = options;
    this.#expressions = new ExpressionBinder(this);
  }

  get now(): bigint {
    return this.#options.now;
  }

  get database(): string {
    return this.#options.database;
  }

  bind(root: SyntaxNode): PlannedQuery {
    const scope = new Scope();
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
          this.#declareOption(statement, scope);
          break;
        case 'QueryParametersStatement':
          this.#declareParameters(statement, scope);
          break;
        case 'PatternStatement':
          scope.set(statement.child('Name').name, {
            kind: 'pattern',
            cases: patternCases(statement),
          });
          break;
        case 'AliasStatement':
        case 'RestrictStatement':
          break;
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
    const many = manyResults[last.type];
    if (many && node.type === 'PipeExpression') {
      const input = this.bindTabular(node.child('Expression'), scope);
      return many(last, input, this.#context(scope)).map((r, i) => ({
        name: r.name ?? name(i),
        plan: r.plan,
        visualization: undefined,
      }));
    }
    const plan =
      isTabular(node, scope) || !node.scalarType
        ? serviceNames(node, this.bindTabular(node, scope))
        : this.#value(node, scope);
    const as = last.type === 'AsOperator' ? last.child('Name').name : undefined;
    return [{ name: as ?? name(0), plan, visualization }];
  }

  /** Options that functions ask for by name: `bin_auto`'s. */
  #declareOption(statement: SyntaxNode, scope: Scope): void {
    const name = statement.child('Name').name;
    const value = statement.maybe('ValueClause')?.maybe('Expression');
    if (value && /^query_bin_auto_(size|at)$/.test(name))
      scope.set(name, { kind: 'scalar', expr: this.#expressions.bind(value, scope, NO_ROW) });
  }

  /** A text that is one value answers with one cell; the functions' pages call its column `result`. */
  #value(node: SyntaxNode, scope: Scope): Plan {
    const expr = this.#expressions.bind(node, scope, NO_ROW);
    return { op: 'rows', rows: [[expr]], columns: [{ name: 'result', type: expr.type }] };
  }

  #declareParameters(statement: SyntaxNode, scope: Scope): void {
    for (const parameter of statement.list('Parameters')) {
      const declared = parameter.child('NameAndType');
      const name = declared.child('Name').name;
      const scalar = kqlTypeOf(declared.child('Type').text) ?? 'string';
      const given = this.#options.parameters[name];
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
          expr: this.#expressions.bindAs(fallback, scalar, scope, NO_ROW),
        });
    }
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
    const symbol = node.symbol;
    if (binding?.kind === 'function' || symbol?.kind === 'Function') return this.#call(node, scope);
    const known = this.#findTable(this.database, name);
    if (known) return this.#scan(this.database, known.name);
    return node.fail(
      'semantic',
      'unknown_table',
      `There is no table or function named '${name}' here.`,
    );
  }

  /** `database("x").T`, `cluster("y").database("x").T`: only this desk's own databases are here. */
  #qualified(node: SyntaxNode, scope: Scope): Plan {
    const target = node.child('Expression');
    const selector = node.child('Selector');
    if (target.type === 'FunctionCallExpression') {
      const pattern = this.#pattern(target, selector.maybe('Expression') ?? selector, scope);
      if (pattern) return pattern;
    }
    const path = [...target.walk()].filter((n) => n.type === 'FunctionCallExpression');
    const argument = (name: string): string | undefined => {
      const found = path.find((n) => n.child('Name').name === name);
      const arg = found?.child('ArgumentList').list('Expressions')[0];
      return arg ? String(this.#expressions.bindConstant(arg, scope).value ?? '') : undefined;
    };
    const database = argument('database') ?? this.database;
    if (selector.type === 'FunctionCallExpression') return this.#call(selector, scope);
    if (selector.symbol?.kind === 'Function') return this.#call(selector, scope);
    const known = this.#findTable(database, selector.name);
    if (known) return this.#scan(database, known.name);
    return node.fail(
      'semantic',
      'unknown_table',
      `There is no table '${selector.name}' in database '${database}'.`,
    );
  }

  #call(node: SyntaxNode, scope: Scope): Plan {
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
      return this.#externalTable(node, scope);
    if (/^(table|materialized_view)$/.test(name) && first && !scope.find(name)) {
      const wanted = String(this.#expressions.bindConstant(first, scope).value ?? '');
      if (name === 'materialized_view') return this.#materializedPart(node, wanted, args[1], scope);
      const found = this.#findTable(this.database, wanted);
      if (found) return this.#scan(this.database, found.name);
      const binding = scope.find(wanted);
      if (binding?.kind === 'tabular') return binding.plan;
      return node.fail('semantic', 'unknown_table', `There is no table named '${wanted}'.`);
    }
    const { body, inner } = this.#expressions.functionBody(node, name, scope, NO_ROW);
    for (const statement of body.list('Statements')) this.#expressions.declare(statement, inner);
    return this.bindTabular(body.child('Expression'), inner);
  }

  /** `external_table("T" [, "mapping"])`: files of this machine, read when the query runs. */
  #externalTable(call: SyntaxNode, scope: Scope): Plan {
    const args = call.child('ArgumentList').list('Expressions');
    const [name = '', mapping] = args.map((a) =>
      String(this.#expressions.bindConstant(a, scope).value ?? ''),
    );
    const { database } = this;
    const table = this.#options.schema.databases
      .find((d) => d.name === database)
      ?.tables.find((t) => t.kind === 'externalTable' && t.name === name);
    if (!table)
      return call.fail(
        'semantic',
        'unknown_external_table',
        `There is no external table named '${name}' in database '${database}'.`,
      );
    return {
      op: 'scan',
      database,
      table: name,
      columns: table.columns.map((c) => ({ name: c.name, type: c.type })),
      external: { kind: 'table', database, name, ...(mapping ? { mapping } : {}) },
    };
  }

  /** A call of a declared pattern is the query of the case that fits. */
  #pattern(call: SyntaxNode, path: SyntaxNode | undefined, scope: Scope): Plan | undefined {
    const name = call.child('Name').name;
    const binding = scope.find(name);
    if (binding?.kind !== 'pattern') return undefined;
    const wanted = path ? String(path.raw.LiteralValue ?? path.name) : undefined;
    const body = findCase(binding.cases, call, wanted);
    if (!body)
      return call.fail('semantic', 'pattern', `No case of the pattern '${name}' fits this call.`);
    return this.bindTabular(body.maybe('Expression') ?? body, scope);
  }

  /**
   * `materialized_view(name, max_age)`: what was materialized, unless that is older than asked for (page
   * "materialized_view() function").
   */
  #materializedPart(
    node: SyntaxNode,
    name: string,
    maxAge: SyntaxNode | undefined,
    scope: Scope,
  ): Plan {
    const table = this.#findTable(this.database, name);
    if (!table?.view)
      return node.fail(
        'semantic',
        'unknown_view',
        `There is no materialized view named '${name}'.`,
      );
    const age = maxAge && this.#expressions.bindConstant(maxAge, scope).value;
    const at = table.view.materializedAt;
    const late =
      typeof age === 'bigint' && (at === undefined || this.#options.now - BigInt(at) > age);
    return this.#options.views.read(this.database, table, late ? 'all' : 'materialized');
  }

  #findTable(database: string, name: string): TableInfo | undefined {
    return this.#options.schema.databases
      .find((d) => d.name === database)
      ?.tables.find((t) => t.name === name && t.kind !== 'externalTable');
  }

  #scan(database: string, name: string): Plan {
    const { fact } = this.#options;
    if (fact?.table === name && database === this.database) return fact.plan();
    const table = this.#findTable(database, name);
    if (table?.view) return this.#options.views.read(database, table, 'all');
    return {
      op: 'scan',
      database,
      table: name,
      columns: (table?.columns ?? []).map((c) => ({ name: c.name, type: c.type })),
    };
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
      row: (input) => ({ columns: input.columns }),
      parameter: (node, name) =>
        node
          .list('Parameters')
          .find((p) => p.type === 'NamedParameter' && p.child('Name').name.toLowerCase() === name)
          ?.child('Expression'),
      tablesLike: (pattern, database) => this.#tablesLike(pattern, database ?? this.database),
      scan: (database, table) => this.#scan(database, table),
    };
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

  /** Wildcards mean tables only: neither materialized views nor external tables. */
  #tablesLike(pattern: string, database: string): { database: string; table: string }[] {
    const bare = pattern.replace(/^\[?['"]?|['"]?\]?$/g, '');
    const expression = new RegExp(
      `^${bare.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`,
      'i',
    );
    return (this.#options.schema.databases.find((d) => d.name === database)?.tables ?? [])
      .filter((t) => t.kind === 'table' && expression.test(t.name))
      .map((t) => ({ database, table: t.name }));
  }
}

/** The annotation of a `render` at the end of a query (page "render operator"). */
function visualizationOf(node: SyntaxNode): Visualization | undefined {
  if (node.type !== 'PipeExpression') return undefined;
  const operator = node.child('Operator');
  if (operator.type === 'AsOperator') return visualizationOf(node.child('Expression'));
  if (operator.type !== 'RenderOperator') return undefined;
  const properties: Record<string, string> = {};
  const given = [
    ...operator.list('Parameters'),
    ...(operator.maybe('WithClause')?.list('Properties') ?? []),
  ];
  for (const property of given) {
    if (property.type !== 'NamedParameter') continue;
    const value = property.child('Expression');
    properties[property.child('Name').name.toLowerCase()] =
      value.raw.LiteralValue !== undefined &&
      value.raw.LiteralValue !== null &&
      typeof value.raw.LiteralValue === 'string'
        ? value.raw.LiteralValue
        : value.text;
  }
  return { kind: operator.child('ChartType').text.toLowerCase(), properties };
}
