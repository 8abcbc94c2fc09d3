import type { KqlType } from '../../../common/types/kql-type.ts';
import type { Sql } from '../emit/sql.ts';

/**
 * A dynamic value in TypeScript. A long is a bigint and a real is a number, so that `1` and `1.0` stay apart
 * and 64 bits stay whole; datetimes, timespans and guids inside are their text.
 */
export type Dynamic =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Dynamic[]
  | { readonly [key: string]: Dynamic };

/**
 * A KQL value in TypeScript. null is KQL's null (never for string). bool: boolean; int and real: number; long,
 * datetime and timespan (ticks): bigint; string, guid and decimal: string; dynamic: Dynamic.
 */
export type Value = Dynamic;

/** An argument in SQL: held as engine.md section 2 says (datetime and timespan are BIGINT ticks, dynamic is JSON text). */
export interface SqlArg {
  readonly sql: Sql;
  readonly type: KqlType;
  /** The value, where the argument is a constant; undefined otherwise. */
  readonly constant: Value | undefined;
}

export interface CallContext {
  /** The type that Kusto.Language gives the call. */
  readonly type: KqlType;
  /** Ticks of `now()`: one moment for the whole query. */
  readonly now: bigint;
  /** An error at this call's place in the query text. */
  fail(message: string): never;
  /** Converts a piece as the KQL function `to<type>` does. */
  convert(arg: SqlArg, to: KqlType): Sql;
  /**
   * Calls the `js` form of a registered function by name (this one's or another's) on pieces of the given
   * types. A list goes in as dynamic: `to_json(list(x))`.
   */
  js(
    name: string,
    args: readonly { readonly sql: Sql; readonly type: KqlType }[],
    returns: KqlType,
  ): Sql;
}

export interface AggregateContext extends CallContext {
  /** `ORDER BY …` of the rows, when they come in a defined order and the aggregate cares; else undefined. */
  readonly order: Sql | undefined;
}

/** One line of a function's own test and of the editor's help: `strlen('abc')` gives `3`. */
export interface Example {
  readonly kql: string;
  /** KQL's text of the value, as `tostring()` prints it; "" for null and for the empty string. */
  readonly result: string;
}

export interface JsForm {
  /** Default `propagate`: any null argument gives null without a call. */
  readonly nulls?: 'propagate' | 'pass';
  /** Names of dynamic arguments' positions that are wanted as JSON text, not parsed. */
  readonly text?: readonly number[];
  /** Gives other answers for the same arguments (rand, new_guid). */
  readonly volatile?: boolean;
  /** `returns` is the type of the call. */
  readonly call: (args: readonly Value[], types: readonly KqlType[], returns: KqlType) => Value;
}

/**
 * A scalar function (or operator: `op_add`, `op_has`…). Its signatures and result types come from
 * Kusto.Language; this says only what it does. `sql` may return undefined to leave a case to `js`.
 */
export interface ScalarFunction {
  readonly kind: 'scalar';
  readonly name: string;
  readonly sql?: (args: readonly SqlArg[], context: CallContext) => Sql | undefined;
  readonly js?: JsForm;
  /** false: the binder must not convert arguments to the declared parameter types first. */
  readonly coerce?: boolean;
  /** The type that the engine really gives, where Kusto.Language says another. */
  readonly returns?: KqlType;
  /** What the engine makes of constants, where it differs from what it makes of rows; undefined: no difference. */
  readonly folded?: (args: readonly Value[], types: readonly KqlType[]) => Value | undefined;
  readonly examples: readonly Example[];
}

/** An aggregate: an SQL expression over groups. */
export interface AggregateFunction {
  readonly kind: 'aggregate';
  readonly name: string;
  readonly sql: (args: readonly SqlArg[], context: AggregateContext) => Sql;
  /** Order of the rows can change the answer. */
  readonly ordered?: boolean;
  readonly coerce?: boolean;
  /** `summarize` results over `datatable(x: long)[…]`-like inputs: see aggregates' tests. */
  readonly examples: readonly Example[];
}

/** A name that Kusto.Language knows and Calypso refuses, with the reason. */
export interface Unavailable {
  readonly kind: 'later' | 'never';
  readonly name: string;
  readonly reason: string;
}

export type FunctionEntry = ScalarFunction | AggregateFunction | Unavailable;

export function scalar(
  name: string,
  way: Pick<ScalarFunction, 'sql' | 'js' | 'coerce' | 'returns' | 'folded'>,
  examples: readonly Example[],
): ScalarFunction {
  return { kind: 'scalar', name, examples, ...way };
}

export function aggregate(
  name: string,
  sql: AggregateFunction['sql'],
  examples: readonly Example[],
  options: { readonly ordered?: boolean; readonly coerce?: boolean } = {},
): AggregateFunction {
  return { kind: 'aggregate', name, sql, examples, ...options };
}

export function never(name: string, reason: string): Unavailable {
  return { kind: 'never', name, reason };
}
