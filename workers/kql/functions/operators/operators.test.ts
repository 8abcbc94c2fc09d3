import { describe, expect, it } from 'vitest';
import type { KqlType } from '../../../../common/types/kql-type.ts';
import { id, long, real, type Sql, str } from '../../emit/sql.ts';
import type { CallContext, FunctionEntry, SqlArg, Value } from '../define.ts';
import { dynamicArithmetic } from './dynamic-arithmetic.ts';
import { operators } from './index.ts';
import { hasWord, WHOLE_TERM } from './text.ts';

const context = (type: KqlType): CallContext => ({
  type,
  now: 0n,
  fail: (message) => {
    throw new Error(message);
  },
  convert: (arg) => arg.sql,
  js: () => id('js'),
});

function lower(name: string, args: readonly SqlArg[], type: KqlType = 'bool'): string | undefined {
  const entry: FunctionEntry | undefined = operators.find((o) => o.name === name);
  return entry?.kind === 'scalar' ? entry.sql?.(args, context(type))?.text : undefined;
}

const column = (name: string, type: KqlType): SqlArg => ({
  sql: id(name),
  type,
  constant: undefined,
});
const constant = (sql: Sql, type: KqlType, value: Value): SqlArg => ({
  sql,
  type,
  constant: value,
});
const T = column('t', 'datetime');
const noon = constant(long(5n), 'datetime', 5n);

describe('comparisons that extents and row groups are pruned by', () => {
  it('keep a column beside a constant', () => {
    expect(lower('op_GreaterThan', [T, noon])).toBe('("t" > 5::BIGINT)');
    expect(lower('op_LessThan', [noon, T])).toBe('("t" > 5::BIGINT)');
    expect(lower('op_Equal', [T, noon])).toBe('(("t" = 5::BIGINT) AND "t" IS NOT NULL)');
    expect(lower('op_Between', [T, noon, noon])).toBe(
      '(("t" >= 5::BIGINT) AND ("t" <= 5::BIGINT))',
    );
  });
  it('tell nan apart by a comparison too', () => {
    const one = constant(real(1), 'real', 1);
    expect(lower('op_GreaterThan', [column('r', 'real'), one])).toBe(
      `(("r" > '1'::DOUBLE) AND "r" <= 'inf'::DOUBLE)`,
    );
    expect(lower('op_LessThan', [column('r', 'real'), one])).toBe(`("r" < '1'::DOUBLE)`);
  });
  it('have no null test for strings', () => {
    expect(lower('op_NotEqual', [column('s', 'string'), constant(str('x'), 'string', 'x')])).toBe(
      `("s" <> 'x')`,
    );
  });
});

it('refuses to compare two dynamics', () => {
  expect(() => lower('op_Equal', [column('a', 'dynamic'), column('b', 'dynamic')])).toThrow(
    /dynamic/,
  );
});

describe('has', () => {
  it('looks for the substring before it looks at the ends', () => {
    const sql = lower('op_HasCs', [column('s', 'string'), constant(str('err'), 'string', 'err')]);
    expect(sql).toMatch(/^CASE WHEN contains\("s", 'err'\) THEN regexp_matches\(/);
  });
  it('needs no pattern for a term without letters at its ends', () => {
    const sql = lower('op_HasCs', [column('s', 'string'), constant(str('->'), 'string', '->')]);
    expect(sql).toBe(`contains("s", '->')`);
  });
  it.each([
    ['category', 'cat', false],
    ['a cat', 'CAT', true],
    ['cats cat', 'cat', true],
    ['1_2_3', '2', true],
    ['a b', ' ', true],
    ['ПриветМир', 'привет', false],
    ['𝒳cat', 'cat', false],
    ['', '', true],
  ])('%s has %s', (text, term, expected) => expect(hasWord(text, term, WHOLE_TERM)).toBe(expected));
});

describe('arithmetic', () => {
  it('tries a chain once, however long it is', () => {
    const n = column('n', 'long');
    let sum: SqlArg = n;
    for (let i = 0; i < 30; i++) {
      const entry = operators.find((o) => o.name === 'op_Add');
      const sql = entry?.kind === 'scalar' ? entry.sql?.([sum, n], context('long')) : undefined;
      if (sql) sum = { sql, type: 'long', constant: undefined };
    }
    expect(sum.sql.text.length).toBeLessThan(5000);
    expect(sum.sql.text.match(/TRY/g)).toHaveLength(2);
  });
  it.each([
    ['+', 9223372036854775807n, 1n, -9223372036854775808n],
    ['%', -14n, 12n, 10n],
    ['%', -14n, -12n, 10n],
    ['/', -7n, 2n, -3n],
    ['/', 1n, 0n, null],
    ['*', 2n, 1.5, 3],
    ['-', 'x', 1n, null],
  ] as const)('of dynamics: %s', (operator, a, b, expected) => {
    expect(dynamicArithmetic(operator, a, b)).toBe(expected);
  });
});
