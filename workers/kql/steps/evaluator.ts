import { AppError } from '../../../common/errors/app-error.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';
import type { Value } from '../functions/define.ts';
import { registry } from '../functions/registry.ts';
import { convertValue } from '../functions/value/convert.ts';
import type { Expr } from '../plan/plan.ts';

/** Reads a value of an expression from whatever a step works on (a row, a state, a path of a graph). */
export type Evaluate<E> = (env: E) => Value;

const textOfAny = (value: Value, type: KqlType): string =>
  String(convertValue(value, type, 'string') ?? '');

/** The greatest (1) or least (-1) of the values; nulls are passed over, and nan wins. */
function extreme<E>(args: readonly Evaluate<E>[], env: E, sign: number): Value {
  let best: Value = null;
  for (const arg of args) {
    const v = arg(env);
    if (v === null) continue;
    if (Number.isNaN(v)) return v;
    if (best === null || (sign > 0 ? v > best : v < best)) best = v;
  }
  return best;
}

/** Functions that look at their arguments one by one, or take nulls in their own way. */
const LAZY: Readonly<
  Record<string, <E>(args: readonly Evaluate<E>[], env: E, type: KqlType) => Value>
> = {
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
  coalesce: (args, env, type) => {
    for (const arg of args) {
      const v = arg(env);
      if (v !== null && (v !== '' || type !== 'string')) return v;
    }
    return type === 'string' ? '' : null;
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
      if (lazy) return (env) => lazy(args, env, expr.type);
      if (name === 'strcat')
        return (env) => args.map((a, i) => textOfAny(a(env), types[i] ?? 'dynamic')).join('');
      const [a] = args;
      const to = CONVERSION.exec(name)?.[1] as KqlType | undefined;
      const from = types[0];
      if (to && a && from) return (env) => convertValue(a(env), from, to);
      const js = registry.scalar(expr.name)?.js;
      if (js) {
        const passNulls = js.nulls === 'pass';
        const nothing = expr.type === 'string' ? '' : null;
        return (env) => {
          const values = args.map((x) => x(env));
          return !passNulls && values.includes(null) ? nothing : js.call(values, types, expr.type);
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
