import type { KqlType } from '../../../../common/types/kql-type.ts';
import { id, join, type Sql, sql } from '../../emit/sql.ts';
import {
  type AggregateContext,
  type AggregateFunction,
  aggregate,
  type Example,
  type SqlArg,
} from '../define.ts';

/** What an aggregate computes over the rows that `rows` lets through. */
export type Over = (args: readonly SqlArg[], rows: Rows, context: AggregateContext) => Sql;

/** The rows an aggregate looks at: all of the group, or those that a predicate keeps. */
export interface Rows {
  /** `FILTER (WHERE …)` for the predicate and further conditions; empty when there are none. */
  where(...conditions: readonly Sql[]): Sql;
}

const EMPTY = sql``;

export function rowsOf(predicate: Sql | undefined): Rows {
  return {
    where(...conditions) {
      const all = predicate === undefined ? conditions : [sql`(${predicate})`, ...conditions];
      return all.length === 0 ? EMPTY : sql` FILTER (WHERE ${join(all, ' AND ')})`;
    },
  };
}

type Options = { readonly ordered?: boolean; readonly coerce?: boolean };

/** An aggregate over all rows of the group. */
export function plain(
  name: string,
  over: Over,
  examples: readonly Example[],
  options?: Options,
): AggregateFunction {
  return aggregate(
    name,
    (args, context) => over(args, rowsOf(undefined), context),
    examples,
    options,
  );
}

/** The `…if` twin: the predicate is the argument at `position`, null counts as false. */
export function filtered(
  name: string,
  position: number,
  over: Over,
  examples: readonly Example[],
  options?: Options,
): AggregateFunction {
  const build: AggregateFunction['sql'] = (args, context) => {
    const predicate = args[position];
    if (predicate === undefined) return context.fail(`${name}(): the predicate is missing`);
    return over(
      args.filter((_, i) => i !== position),
      rowsOf(predicate.sql),
      context,
    );
  };
  return aggregate(name, build, examples, options);
}

export function argument(
  args: readonly SqlArg[],
  position: number,
  context: AggregateContext,
): SqlArg {
  return args[position] ?? context.fail(`argument ${position + 1} is missing`);
}

/** An argument that has to be known before the query runs. */
export function constantNumber(
  args: readonly SqlArg[],
  position: number,
  otherwise: number,
  context: AggregateContext,
): number {
  const arg = args[position];
  if (arg === undefined) return otherwise;
  const value = arg.constant;
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value);
  return context.fail(`argument ${position + 1} must be a constant number`);
}

/** A dynamic argument as the number it holds; every other type as it is. */
export function numeric(arg: SqlArg, context: AggregateContext): SqlArg {
  if (arg.type !== 'dynamic') return arg;
  return { sql: context.convert(arg, 'real'), type: 'real', constant: undefined };
}

/** A string is never null. */
export function orEmpty(value: Sql, type: KqlType): Sql {
  return type === 'string' ? sql`coalesce(${value}, '')` : value;
}

/** A list of values of `type` as a JSON array: the text of dynamic. */
export function jsonArray(list: Sql, type: KqlType, context: AggregateContext): Sql {
  switch (type) {
    case 'dynamic':
      return sql`('[' || array_to_string(${list}, ',') || ']')`;
    case 'real':
      // JSON has no NaN and no infinities: as text, like the service prints them inside dynamic.
      return jsonReals(sql`to_json(${list})::VARCHAR`);
    case 'bool':
    case 'int':
    case 'long':
    case 'string':
      return sql`to_json(${list})::VARCHAR`;
    default: {
      const text = context.convert({ sql: id('_e'), type, constant: undefined }, 'string');
      const each = sql`CASE WHEN "_e" IS NULL THEN NULL ELSE ${text} END`;
      return sql`to_json(list_transform(${list}, lambda "_e": ${each}))::VARCHAR`;
    }
  }
}

function jsonReals(text: Sql): Sql {
  const quoted = sql`regexp_replace(${text}, '(-?Infinity|NaN)', '"\\1"', 'g')`;
  return sql`CASE WHEN contains(${text}, 'N') OR contains(${text}, 'I') THEN ${quoted} ELSE ${text} END`;
}
