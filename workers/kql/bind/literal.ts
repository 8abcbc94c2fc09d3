import { type KqlType, kqlTypeOf } from '../../../common/types/kql-type.ts';
import { formatDatetime, formatTimespan, TICKS_PER_DAY } from '../../../common/types/ticks.ts';
import { parseDatetime, parseTimespan } from '../../../common/types/time-text.ts';
import type { Dynamic, Value } from '../functions/define.ts';
import { readJson } from '../functions/value/dynamic.ts';
import { constant, type Expr } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';

/** What stands between the brackets of `datetime(…)`, or the text itself where there are none; comments before it belong to no value. */
function inner(source: string): string {
  const text = source.replace(/^(?:\s+|\/\/[^\n]*(?:\n|$))+/, '');
  const match = /^[a-z0-9_]+\s*\(([\s\S]*)\)$/i.exec(text.trim());
  return (match?.[1] ?? text).trim().replace(/^(['"])([\s\S]*)\1$/, '$2');
}

function integer(text: string): bigint {
  const t = text.replace(/_/g, '');
  return t.startsWith('-') ? -BigInt(t.slice(1)) : BigInt(t.replace(/^\+/, ''));
}

/** `datetime(2025, 6, 14)`, `datetime(2025 - 06 - 14)`: year, month, day as the literal's own form allows. */
function datePartsText(text: string): string | undefined {
  const match =
    /^(\d{1,4})\s*,\s*(\d{1,2})\s*,\s*(\d{1,2})$/.exec(text) ??
    /^(\d{4})\s*-\s*(\d{1,2})\s*-\s*(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [, year = '', month = '', day = ''] = match;
  return `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

const MIN_LONG = -(2n ** 63n);
const MAX_LONG = 2n ** 63n - 1n;

function numberOf(text: string): number | null {
  const t = text.toLowerCase();
  if (t === 'nan') return Number.NaN;
  if (t === '+inf' || t === 'inf' || t === '+infinity') return Number.POSITIVE_INFINITY;
  if (t === '-inf' || t === '-infinity') return Number.NEGATIVE_INFINITY;
  const n = Number(t);
  return Number.isNaN(n) ? null : n;
}

/** The value of a literal token's text, as the pages of the scalar types describe it. */
export function literalValue(text: string, type: KqlType): Value | undefined {
  const body = inner(text);
  if (type !== 'string' && /^null$/i.test(body)) return null;
  switch (type) {
    case 'bool':
      if (/^(true|1)$/i.test(body)) return true;
      if (/^(false|0)$/i.test(body)) return false;
      return undefined;
    case 'int': {
      if (!/^[-+]?(0x[0-9a-f]+|\d+)$/i.test(body)) return undefined;
      return Number(BigInt.asIntN(32, integer(body)));
    }
    case 'long': {
      if (!/^[-+]?(0x[0-9a-f]+|\d+)$/i.test(body)) return undefined;
      const value = integer(body);
      return value < MIN_LONG || value > MAX_LONG ? BigInt.asIntN(64, value) : value;
    }
    case 'real':
      return numberOf(body) ?? undefined;
    case 'decimal':
      return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(body) ? body : undefined;
    case 'datetime':
      return parseDatetime(datePartsText(body) ?? body) ?? undefined;
    case 'timespan':
      return parseTimespan(body) ?? undefined;
    case 'guid': {
      const digits = body.replace(/[-{}()]/g, '').toLowerCase();
      if (!/^[0-9a-f]{32}$/.test(digits)) return undefined;
      return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    }
    default:
      return undefined;
  }
}

/**
 * The constant that a client gives for a declared parameter: a string as it is, any other type as its literal
 * (page "Query/management HTTP request"). A dynamic one is JSON. Undefined if the text is no such literal.
 */
export function parameterValue(given: string, type: KqlType): Expr | undefined {
  if (type === 'string') return constant(unquote(given), type);
  if (type !== 'dynamic') {
    const value = literalValue(given, type);
    return value === undefined ? undefined : constant(value, type);
  }
  const body = /^\s*dynamic\s*\(([\s\S]*)\)\s*$/i.exec(given)?.[1] ?? given;
  const value = readJson(body);
  return value === undefined ? undefined : constant(value, type);
}

function unquote(text: string): string {
  return text.replace(/^(['"])([\s\S]*)\1$/, '$2');
}

/** A `dynamic(…)` literal: JSON, with KQL's own literals and quotes allowed inside (page "The dynamic data type"). */
export function dynamicLiteral(node: SyntaxNode): Dynamic {
  switch (node.type) {
    case 'JsonObjectExpression': {
      const bag: Record<string, Dynamic> = {};
      for (const pair of node.list('Pairs')) {
        const key = pair.raw.Name as {
          readonly LiteralValue?: unknown;
          readonly ValueText?: string;
        };
        const name = String(key.LiteralValue ?? key.ValueText ?? '');
        Object.defineProperty(bag, name, {
          value: dynamicLiteral(pair.child('Value')),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return bag;
    }
    case 'JsonArrayExpression':
      return node.list('Values').map(dynamicLiteral);
    case 'PrefixUnaryExpression': {
      const value = dynamicLiteral(node.child('Expression'));
      if (typeof value === 'bigint' || typeof value === 'number')
        return node.kind.includes('Minus') ? -value : value;
      return value;
    }
    case 'DynamicExpression':
      return dynamicLiteral(node.child('Expression'));
    default: {
      const expr = literal(node);
      if (expr?.k !== 'constant') return null;
      if (expr.value === null) return null;
      if (expr.type === 'datetime') return formatDatetime(expr.value as bigint);
      if (expr.type === 'timespan') return formatTimespan(expr.value as bigint);
      if (expr.type === 'int') return BigInt(expr.value as number);
      // JSON has no infinity: the engine refuses a number that is too large, as other bad JSON.
      if (expr.type === 'real' && !Number.isFinite(expr.value) && /^[-+]?[\d.]/.test(node.text))
        return node.fail(
          'semantic',
          'bad_literal',
          `${node.text} is too large for a number in JSON; the largest is about 1.8e308.`,
        );
      return expr.value;
    }
  }
}

/** Literals that are no part of an expression (defaults of a declaration) are not bound: their kind tells. */
function typeOfKind(kind: string): KqlType {
  const word = kind.replace(/LiteralExpression$/, '').toLowerCase();
  return kqlTypeOf(word) ?? (word === 'boolean' ? 'bool' : 'dynamic');
}

/** `datetime(8:00)`: that time of the day on which the query runs. */
function timeOfToday(text: string, now: bigint | undefined): bigint | undefined {
  const time = inner(text);
  const ticks = /^\d{1,2}:\d/.test(time) ? parseTimespan(time) : undefined;
  return ticks === undefined || now === undefined ? undefined : now - (now % TICKS_PER_DAY) + ticks;
}

/** The constant that a literal node stands for; undefined if the node is no literal. */
export function literal(node: SyntaxNode, now?: bigint): Expr | undefined {
  if (node.type === 'DynamicExpression') return constant(dynamicLiteral(node), 'dynamic');
  if (node.type === 'TypeOfLiteralExpression') return constant(node.text, 'string');
  if (node.type === 'CompoundStringLiteralExpression')
    return constant(String(node.raw.LiteralValue ?? ''), 'string');
  if (node.type !== 'LiteralExpression') return undefined;
  const kind = node.kind;
  if (kind === 'NullLiteralExpression') return constant(null, 'dynamic');
  const type = node.scalarType ?? typeOfKind(kind);
  if (type === 'string') return constant(String(node.raw.LiteralValue ?? ''), 'string');
  const value =
    literalValue(node.text, type) ??
    (type === 'datetime' ? timeOfToday(node.text, now) : undefined);
  if (value === undefined)
    // Kusto answers null for a literal whose text it can't read: datetime(2020-13-01).
    return constant(null, type);
  return constant(value, type);
}
