import { AppError, type Span } from '../../../common/errors/app-error.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';
import type { AggregateContext, SqlArg } from '../functions/define.ts';
import { registry } from '../functions/registry.ts';
import type { Expr, Plan, Relation } from '../plan/plan.ts';
import { constantSql } from './constant.ts';
import { withoutSubqueries } from './scalar-subqueries.ts';
import * as q from './sql.ts';
import { type Sql, sql } from './sql.ts';
import type { JsFunctionUse } from './stage.ts';

/** Turns expressions into SQL, and remembers the TypeScript functions that the statement calls. */
export class ExpressionLowering {
  readonly #now: bigint;
  readonly #lower: (plan: Plan) => Relation;
  readonly #functions = new Map<string, JsFunctionUse>();
  #variables = 0;

  constructor(now: bigint, lower: (plan: Plan) => Relation) {
    this.#now = now;
    this.#lower = lower;
  }

  get functions(): readonly JsFunctionUse[] {
    return [...this.#functions.values()];
  }

  /** A whole expression: what an operator asks for. */
  expression(expr: Expr, input: Relation, order?: Sql): Sql {
    const { expr: rest, fetched } = withoutSubqueries(expr);
    if (fetched.length === 0) return this.#piece(rest, input, order);
    const variable = q.id(`s${++this.#variables}_`);
    const fields = fetched.map((_, i) => q.id(`f${i}`));
    const inner: Relation = {
      ...input,
      columns: [
        ...input.columns,
        ...fetched.map(({ name, subquery }) => ({ name, type: subquery.type })),
      ],
      names: [...input.names, ...fields.map((field) => sql`${variable}.${field}`)],
    };
    const values = fetched.map(
      ({ subquery }, i) => sql`${fields[i] ?? q.NULL} := ${this.#piece(subquery, input, order)}`,
    );
    return sql`list_transform([struct_pack(${q.join(values)})], lambda ${variable}: ${this.#piece(rest, inner, order)})[1]`;
  }

  #piece(expr: Expr, input: Relation, order?: Sql): Sql {
    switch (expr.k) {
      case 'column': {
        const at = input.columns.findIndex((c) => c.name === expr.name);
        const name = input.names[at];
        if (!name)
          throw new AppError(
            'internal',
            'lost_column',
            `The column '${expr.name}' was lost while planning.`,
          );
        return name;
      }
      case 'constant':
        return constantSql(expr.value, expr.type);
      case 'call':
        return this.#call(expr, input, order);
      case 'aggregate':
        return this.#aggregateCall(expr, input, order);
      case 'subquery': {
        const relation = this.#lower(expr.plan);
        const name = relation.names[0] ?? q.NULL;
        const type = relation.columns[0]?.type ?? expr.type;
        const value = sql`(SELECT ${this.convert(name, type, expr.type)} FROM ${relation.from} LIMIT 1)`;
        return expr.type === 'string' ? sql`coalesce(${value}, '')` : value;
      }
      case 'inSubquery': {
        const relation = this.#lower(expr.plan);
        const from = relation.columns[0]?.type ?? expr.value.type;
        const item = this.convert(relation.names[0] ?? q.NULL, from, expr.value.type);
        const value = this.#piece(expr.value, input, order);
        const fold = (piece: Sql): Sql => (expr.foldCase ? sql`lower(${piece})` : piece);
        const test = sql`(${fold(value)} IN (SELECT ${fold(item)} FROM ${relation.from} WHERE ${item} IS NOT NULL))`;
        return expr.negated ? sql`(NOT coalesce(${test}, false))` : test;
      }
      case 'window':
        throw new AppError(
          'semantic',
          'window_place',
          `${expr.name}() needs serialized rows: use it in extend, project or where, after serialize or sort.`,
          spanOption(expr.span),
        );
    }
  }

  #argument(expr: Expr, input: Relation, order: Sql | undefined): SqlArg {
    return {
      sql: this.#piece(expr, input, order),
      type: expr.type,
      constant: expr.k === 'constant' ? expr.value : undefined,
    };
  }

  #call(expr: Expr & { readonly k: 'call' }, input: Relation, order: Sql | undefined): Sql {
    const entry = registry.scalar(expr.name);
    if (!entry) throw notImplemented(expr.name, expr.span);
    const args = expr.args.map((a) => this.#argument(a, input, order));
    const context = this.#callContext(expr);
    const made = entry.sql?.(args, context);
    if (made) return made;
    if (!entry.js)
      throw notImplemented(`${expr.name}(${args.map((a) => a.type).join(', ')})`, expr.span);
    return this.js(expr.name, args, expr.type);
  }

  #aggregateCall(
    expr: Expr & { readonly k: 'aggregate' },
    input: Relation,
    order: Sql | undefined,
  ): Sql {
    const entry = registry.aggregate(expr.name);
    if (!entry) throw notImplemented(expr.name, expr.span);
    const args = expr.args.map(
      (a): SqlArg => ({
        sql: this.expression(a, input),
        type: a.type,
        constant: a.k === 'constant' ? a.value : undefined,
      }),
    );
    const context: AggregateContext = { ...this.#callContext(expr), order };
    return entry.sql(args, context);
  }

  #callContext(expr: Expr & { readonly k: 'call' | 'aggregate' }) {
    return {
      type: expr.type,
      now: this.#now,
      fail: (message: string): never => {
        throw new AppError('semantic', 'bad_argument', message, spanOption(expr.span));
      },
      convert: (arg: SqlArg, to: KqlType) =>
        arg.constant === null ? constantSql(null, to) : this.convert(arg.sql, arg.type, to),
      js: (
        name: string,
        args: readonly { readonly sql: Sql; readonly type: KqlType }[],
        returns: KqlType,
      ) => this.js(name, args, returns),
    };
  }

  convert(piece: Sql, from: KqlType, to: KqlType): Sql {
    if (from === to) return piece;
    const name = `to${to}`;
    const entry = registry.scalar(name);
    if (!entry) throw notImplemented(name, undefined);
    const arg: SqlArg = { sql: piece, type: from, constant: undefined };
    const context = this.#callContext({ k: 'call', name, args: [], type: to, span: undefined });
    return entry.sql?.([arg], context) ?? this.js(name, [arg], to);
  }

  js(
    name: string,
    args: readonly { readonly sql: Sql; readonly type: KqlType }[],
    returns: KqlType,
  ): Sql {
    const argTypes = args.map((a) => a.type);
    const sqlName = `kql_${name.toLowerCase()}__${[...argTypes, returns].join('_')}`;
    if (!this.#functions.has(sqlName))
      this.#functions.set(sqlName, { sqlName, name, argTypes, returns });
    return q.call(sqlName, ...args.map((a) => a.sql));
  }
}

function spanOption(span: Span | undefined): { span?: Span } {
  return span ? { span } : {};
}

function notImplemented(name: string, span: Span | undefined): AppError {
  return new AppError(
    'unsupported',
    'not_implemented',
    `not implemented in Calypso: ${name}`,
    spanOption(span),
  );
}
