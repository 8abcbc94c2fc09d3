import type { KqlType } from '../../../../common/types/kql-type.ts';
import { bool, join, type Sql, sql, str } from '../../emit/sql.ts';
import {
  type CallContext,
  type Dynamic,
  type FunctionEntry,
  type SqlArg,
  scalar,
  type Value,
} from '../define.ts';
import { convertValue } from '../value/convert.ts';
import { isArray } from '../value/dynamic.ts';
import { lower } from '../value/forms.ts';
import { asText, once, pieceOf } from '../value/sql.ts';
import { textOf } from '../value/text.ts';
import { commonType, literalOf, operand } from './comparison.ts';
import { hasTerm, hasTermOf, hasWord, WHOLE_TERM } from './text.ts';

const NATURAL: Readonly<Record<string, KqlType>> = {
  bigint: 'long',
  number: 'real',
  boolean: 'bool',
  string: 'string',
};

/** The items of a list; a dynamic array that is constant stands for its elements. */
function items(args: readonly SqlArg[]): readonly SqlArg[] | undefined {
  const list: SqlArg[] = [];
  for (const arg of args) {
    if (arg.type !== 'dynamic') list.push(arg);
    else if (arg.constant === undefined) return undefined;
    else
      for (const item of isArray(arg.constant) ? arg.constant : [arg.constant])
        list.push(constantItem(item));
  }
  return list;
}

function constantItem(item: Dynamic): SqlArg {
  const type = NATURAL[typeof item] ?? 'dynamic';
  const literal = literalOf(item, type);
  return pieceOf(literal ?? sql`NULL`, type, item);
}

function inList(args: readonly SqlArg[], fold: boolean, context: CallContext): Sql | undefined {
  const [value, ...rest] = args;
  const list = value && items(rest)?.filter((i) => i.constant !== null);
  if (!value || !list) return undefined;
  if (list.length === 0) return bool(false);
  const type = list.reduce((t, item) => commonType(t, item.type), value.type);
  const folded = (piece: Sql): Sql => (fold && type === 'string' ? sql`lower(${piece})` : piece);
  const operands = list.map((item) => folded(operand(item, type, context).sql));
  const own = operand(value, type, context);
  if (type === 'string') return sql`(${folded(own.sql)} IN (${join(operands)}))`;
  const known = list.every((item) => item.constant !== undefined);
  return once(own.sql, (x) => {
    const inside = sql`(${x} IN (${join(operands)}) AND ${x} IS NOT NULL)`;
    return known ? inside : sql`coalesce(${inside}, false)`;
  });
}

/** Row by row, for arrays that are known only when the query runs. */
function isMember(args: readonly Value[], types: readonly KqlType[], fold: boolean): boolean {
  const value = args[0] ?? null;
  if (value === null) return false;
  const own = types[0] ?? 'string';
  return args.slice(1).some((arg, i) => {
    const type = types[i + 1] ?? 'string';
    if (type !== 'dynamic' || !isArray(arg)) return equal(value, own, arg, type, fold);
    return arg.some((item) => equal(value, own, item, NATURAL[typeof item] ?? 'dynamic', fold));
  });
}

function equal(a: Value, own: KqlType, b: Value, other: KqlType, fold: boolean): boolean {
  if (b === null) return false;
  const type = commonType(own, other);
  const x = convertValue(a, own, type);
  const y = convertValue(b, other, type);
  if (fold && typeof x === 'string' && typeof y === 'string') return lower(x) === lower(y);
  return x === y;
}

function membership(
  name: string,
  options: { readonly fold: boolean; readonly negated: boolean },
  examples: readonly { readonly kql: string; readonly result: string }[],
): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: (args, context) => {
        const inside = inList(args, options.fold, context);
        return inside && options.negated ? sql`(NOT ${inside})` : inside;
      },
      js: {
        nulls: 'pass',
        call: (args, types) => isMember(args, types, options.fold) !== options.negated,
      },
    },
    examples,
  );
}

/** A test per term makes a statement that the engine takes longer to plan than to run. */
const MANY_TERMS = 100;

function hasItems(
  name: string,
  args: readonly SqlArg[],
  every: boolean,
  context: CallContext,
): Sql | undefined {
  const [value, ...rest] = args;
  const list = value && items(rest);
  if (!value || !list) return undefined;
  if (list.length === 0) return bool(every);
  if (list.length > MANY_TERMS && list.every((item) => item.constant !== undefined)) {
    const terms = list.map((item) => textOf(item.constant ?? null, item.type));
    return context.js(
      name,
      [
        { sql: asText(value, context), type: 'string' },
        { sql: str(JSON.stringify(terms)), type: 'dynamic' },
      ],
      'bool',
    );
  }
  return once(asText(value, context), (text) => {
    const tests = list.map((item) =>
      item.constant === undefined
        ? once(asText(item, context), (term) => hasTermOf(text, term, WHOLE_TERM))
        : hasTerm(text, textOf(item.constant, item.type), WHOLE_TERM),
    );
    return sql`(${join(tests, every ? ' AND ' : ' OR ')})`;
  });
}

function flat(args: readonly Value[], types: readonly KqlType[]): readonly string[] {
  return args.slice(1).flatMap((arg, i) => {
    const type = types[i + 1] ?? 'string';
    if (type === 'dynamic' && isArray(arg)) return arg.map((item) => textOf(item, 'dynamic'));
    return [textOf(arg, type)];
  });
}

function hasFunction(
  name: string,
  every: boolean,
  examples: readonly { readonly kql: string; readonly result: string }[],
): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: (args, context) => hasItems(name, args, every, context),
      js: {
        nulls: 'pass',
        call: (args, types) => {
          const text = textOf(args[0] ?? null, types[0] ?? 'string');
          const terms = flat(args, types);
          return every
            ? terms.every((t) => hasWord(text, t, WHOLE_TERM))
            : terms.some((t) => hasWord(text, t, WHOLE_TERM));
        },
      },
    },
    examples,
  );
}

// Kusto.Language names `in` In and `in~` InCs.
export const memberships: readonly FunctionEntry[] = [
  membership('op_In', { fold: false, negated: false }, [
    { kql: '"abc" in ("123", "345", "abc")', result: 'True' },
    { kql: '2 in (dynamic([1, 2]))', result: 'True' },
    { kql: 'long(null) in (1, 2)', result: 'False' },
  ]),
  membership('op_NotIn', { fold: false, negated: true }, [
    { kql: '"bca" !in ("123", "345", "abc")', result: 'True' },
    { kql: 'long(null) !in (1, 2)', result: 'True' },
  ]),
  membership('op_InCs', { fold: true, negated: false }, [
    { kql: '"Abc" in~ ("123", "345", "abc")', result: 'True' },
    { kql: '"MÜLLER" in~ ("müller")', result: 'True' },
  ]),
  membership('op_NotInCs', { fold: true, negated: true }, [
    { kql: '"bCa" !in~ ("123", "345", "ABC")', result: 'True' },
    { kql: '"ABC" !in~ ("abc")', result: 'False' },
  ]),
  hasFunction('op_HasAny', false, [
    { kql: '"North America" has_any("south", "north")', result: 'True' },
    { kql: '"North America" has_any(dynamic(["amer", "nor"]))', result: 'False' },
  ]),
  hasFunction('op_HasAll', true, [
    { kql: '"North and South America" has_all("south", "north")', result: 'True' },
    { kql: '"North America" has_all("south", "north")', result: 'False' },
  ]),
];
