import { AppError } from '../../../common/errors/app-error.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';
import type { Value } from '../functions/define.ts';
import { registry } from '../functions/registry.ts';
import { compareText, equalDynamic } from '../functions/value/compare.ts';
import { convertValue } from '../functions/value/convert.ts';
import type { Expr } from '../plan/plan.ts';

/** Reads a value of an expression from whatever a step works on (a row, a state, a path of a graph). */
export type Evaluate<E> = (env: E) => Value;

type Binary = (a: Value, b: Value, types: readonly KqlType[], result: KqlType) => Value;

const WHOLE: ReadonlySet<KqlType> = new Set(['int', 'long', 'datetime', 'timespan']);

const big = (v: Value): bigint => (typeof v === 'bigint' ? v : BigInt(Math.trunc(Number(v))));

/** Arithmetic on the types that the binder gave: whole numbers and ticks as bigint, the rest as numbers. */
function arithmetic(
  whole: (a: bigint, b: bigint) => bigint | null,
  real: (a: number, b: number) => number,
): Binary {
  return (a, b, types, result) => {
    if (a === null || b === null) return null;
    const exact = WHOLE.has(result) && types.every((t) => WHOLE.has(t));
    if (!exact) {
      const value = real(Number(a), Number(b));
      return WHOLE.has(result) ? BigInt(Math.round(value)) : value;
    }
    const value = whole(big(a), big(b));
    if (value === null) return null;
    return result === 'int' ? Number(BigInt.asIntN(32, value)) : BigInt.asIntN(64, value);
  };
}

function order(a: Value, b: Value): number | null {
  if (a === null || b === null) return null;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'boolean' || typeof b === 'boolean') return Number(a) - Number(b);
  const x = a as bigint | number;
  const y = b as bigint | number;
  return x < y ? -1 : x > y ? 1 : x === y || Number(x) === Number(y) ? 0 : null;
}

const compare =
  (test: (order: number) => boolean): Binary =>
  (a, b) => {
    const o = order(a, b);
    return o === null ? null : test(o);
  };

function same(a: Value, b: Value): boolean | null {
  if (a === null || b === null) return null;
  if (typeof a === 'object' || typeof b === 'object') return equalDynamic(a, b);
  return order(a, b) === 0;
}

const BINARY: Readonly<Record<string, Binary>> = {
  op_Add: arithmetic(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  op_Subtract: arithmetic(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  op_Multiply: arithmetic(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  op_Divide: arithmetic(
    (a, b) => (b === 0n ? null : a / b),
    (a, b) => a / b,
  ),
  op_Modulo: arithmetic(
    (a, b) => (b === 0n ? null : ((a % b) + (b < 0n ? -b : b)) % b),
    (a, b) => a % b,
  ),
  op_LessThan: compare((o) => o < 0),
  op_LessThanOrEqual: compare((o) => o <= 0),
  op_GreaterThan: compare((o) => o > 0),
  op_GreaterThanOrEqual: compare((o) => o >= 0),
  op_Equal: (a, b) => same(a, b),
  op_NotEqual: (a, b) => {
    if (a === null && b === null) return null;
    if (a === null || b === null) return true;
    return same(a, b) === false;
  },
};

const textOfAny = (value: Value, type: KqlType): string =>
  String(convertValue(value, type, 'string') ?? '');

/** The greatest (1) or least (-1) of the values; nulls are passed over. */
function extreme<E>(args: readonly Evaluate<E>[], env: E, sign: number): Value {
  let best: Value = null;
  for (const arg of args) {
    const v = arg(env);
    if (v === null) continue;
    if (best === null || (order(v, best) ?? 0) * sign > 0) best = v;
  }
  return best;
}

/** Functions that look at their arguments one by one, or take nulls in their own way. */
const LAZY: Readonly<Record<string, <E>(args: readonly Evaluate<E>[], env: E) => Value>> = {
  op_And: (args, env) => {
    let unknown = false;
    for (const arg of args) {
      const v = arg(env);
      if (v === false) return false;
      if (v === null) unknown = true;
    }
    return unknown ? null : true;
  },
  op_Or: (args, env) => {
    let unknown = false;
    for (const arg of args) {
      const v = arg(env);
      if (v === true) return true;
      if (v === null) unknown = true;
    }
    return unknown ? null : false;
  },
  iff: (args, env) => (args[0]?.(env) === true ? args[1]?.(env) : args[2]?.(env)) ?? null,
  case: (args, env) => {
    for (let i = 0; i + 1 < args.length; i += 2)
      if (args[i]?.(env) === true) return args[i + 1]?.(env) ?? null;
    return args.at(-1)?.(env) ?? null;
  },
  coalesce: (args, env) => {
    for (const arg of args) {
      const v = arg(env);
      if (v !== null && v !== '') return v;
    }
    return args.at(-1)?.(env) ?? null;
  },
  max_of: (args, env) => extreme(args, env, 1),
  min_of: (args, env) => extreme(args, env, -1),
  isnull: (args, env) => (args[0]?.(env) ?? null) === null,
  isnotnull: (args, env) => (args[0]?.(env) ?? null) !== null,
  isempty: (args, env) => ['', null].includes((args[0]?.(env) ?? null) as string | null),
  isnotempty: (args, env) => !['', null].includes((args[0]?.(env) ?? null) as string | null),
  not: (args, env) => {
    const v = args[0]?.(env) ?? null;
    return v === null ? null : v !== true;
  },
  op_Between: (args, env) => {
    const [v, lo, hi] = args.map((a) => a(env));
    const low = order(v ?? null, lo ?? null);
    const high = order(v ?? null, hi ?? null);
    return low === null || high === null ? null : low >= 0 && high <= 0;
  },
};
const SYNONYMS: Readonly<Record<string, string>> = {
  iif: 'iff',
  notnull: 'isnotnull',
  notempty: 'isnotempty',
};

const CONVERSION = /^to(bool|int|long|real|decimal|string|datetime|timespan|guid|dynamic)$/;

/** Whether a node, apart from its arguments, has a form in TypeScript. */
export function canEvaluate(expr: Expr): boolean {
  if (expr.k !== 'call') return expr.k === 'constant' || expr.k === 'column';
  const name = SYNONYMS[expr.name] ?? expr.name;
  return (
    name in LAZY ||
    name in BINARY ||
    name === 'strcat' ||
    CONVERSION.test(name) ||
    registry.scalar(expr.name)?.js !== undefined
  );
}

/**
 * An expression as a TypeScript function, for steps whose state SQL can't hold. `column` says how a column is read.
 * What depends on the input row alone should be a column of the input already: SQL is quicker at it.
 */
export function evaluator<E>(expr: Expr, column: (name: string) => Evaluate<E>): Evaluate<E> {
  switch (expr.k) {
    case 'constant': {
      const value = expr.value;
      return () => value;
    }
    case 'column':
      return column(expr.name);
    case 'call': {
      const args = expr.args.map((a) => evaluator(a, column));
      const types = expr.args.map((a) => a.type);
      const name = SYNONYMS[expr.name] ?? expr.name;
      const lazy = LAZY[name];
      if (lazy) return (env) => lazy(args, env);
      if (name === 'strcat')
        return (env) => args.map((a, i) => textOfAny(a(env), types[i] ?? 'dynamic')).join('');
      const binary = BINARY[name];
      const [a, b] = args;
      if (binary && a && b) {
        const result = expr.type;
        return (env) => binary(a(env), b(env), types, result);
      }
      const to = CONVERSION.exec(name)?.[1] as KqlType | undefined;
      const from = types[0];
      if (to && a && from) return (env) => convertValue(a(env), from, to);
      const js = registry.scalar(expr.name)?.js;
      if (js) {
        const passNulls = js.nulls === 'pass';
        const nothing = expr.type === 'string' ? '' : null;
        return (env) => {
          const values = args.map((x) => x(env));
          return !passNulls && values.includes(null) ? nothing : js.call(values, types);
        };
      }
      break;
    }
    default:
      break;
  }
  const name = 'name' in expr ? expr.name : expr.k;
  throw new AppError(
    'unsupported',
    'not_implemented',
    `not implemented in Calypso: ${name} on values that only exist while the rows are stepped through`,
    'span' in expr && expr.span ? { span: expr.span } : {},
  );
}
