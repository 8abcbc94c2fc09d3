import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestHost, type TestHost } from './support/test-host.ts';

let host: TestHost;

beforeAll(async () => {
  host = openTestHost();
  await host.query('.create table T (a: long, s: string)');
  await host.query('.ingest inline into table T <|\n1,x\n2,y\n3,z');
});

afterAll(() => host.close());

const failure = (text: string, database?: string): Promise<{ code: string; message: string }> =>
  host.query(text, database).then(
    () => ({ code: 'no error', message: '' }),
    (error: { code: string; message: string }) => error,
  );
const code = async (text: string): Promise<string> => (await failure(text)).code;

describe('calls', () => {
  it.each([
    ['Plus(1, 2)', 'print v = Plus(1, 2)', [['3']]],
    ['a default value', 'print v = Plus(5)', [['15']]],
    ['named arguments', 'print v = Minus(b = 1, a = 10)', [['9']]],
    ['a named argument behind one by place', 'print v = Minus(10, b = 4)', [['6']]],
    ['a table', 'Big(1) | sort by a asc | project a', [['2'], ['3']]],
    ['a tabular parameter', 'Doubled((T | where a < 3)) | summarize sum(a)', [['6']]],
    ['a table with any columns', 'Counted(T)', [['3']]],
    ['functions that call functions', 'BigDoubled(1) | summarize sum(a)', [['10']]],
    ['a let inside', 'print v = WithLet(4)', [['41']]],
    ['by invoke', 'T | invoke Doubled() | summarize sum(a)', [['12']]],
    ['without brackets', 'NoArguments | count', [['3']]],
    ['by another database', 'print v = database("Local").Plus(1, 1)', [['2']]],
  ])('%s', async (_what, query, expected) => {
    expect(await host.query(query)).toEqual(expected);
  });

  beforeAll(async () => {
    for (const text of [
      '.create function Plus(a: long, b: long = 10) { a + b }',
      '.create function Minus(a: long, b: long) { a - b }',
      '.create function Big(least: long) { T | where a > least }',
      '.create function Doubled(t: (a: long)) { t | extend a = a * 2 }',
      '.create function Counted(t: (*)) { t | count }',
      '.create function BigDoubled(least: long) { Doubled(Big(least)) }',
      '.create function WithLet(x: long) { let ten = 10; let f = (y: long) { y * ten }; f(x) + 1 }',
      '.create function NoArguments() { T }',
    ])
      await host.query(text);
  });

  it('of another database read its tables', async () => {
    await host.query('.create database Other');
    await host.query('.create table U (u: long)', 'Other');
    await host.query('.ingest inline into table U <|\n7\n8', 'Other');
    await host.query('.create function OfU(least: long) { U | where u > least }', 'Other');
    expect(await host.query('database("Other").OfU(7)')).toEqual([['8']]);
  });
});

describe('a function', () => {
  it('is made once, left as it is by ifnotexists, and replaced by create-or-alter', async () => {
    await host.query('.create function with (docstring="d", folder="f") Once(x: long) { x }');
    expect(await code('.create function Once(x: long) { x + 1 }')).toBe('function_exists');
    expect(await host.query('.create function ifnotexists Once(x: long) { x + 1 }')).toEqual([
      ['Once', '(x: long)', '{ x }', 'f', 'd'],
    ]);
    await host.query('.create-or-alter function Once(x: long) { x + 2 }');
    expect(await host.query('print Once(1)')).toEqual([['3']]);
    expect(await host.query('.show function Once')).toEqual([
      ['Once', '(x: long)', '{ x + 2 }', 'f', 'd'],
    ]);
  });

  it('is altered, described and put into a folder', async () => {
    expect(await code('.alter function Missing() { 1 }')).toBe('unknown_function');
    await host.query('.create function Altered() { 1 }');
    await host.query('.alter function Altered(x: long = 5) { x }');
    await host.query('.alter function Altered docstring "what it does"');
    await host.query('.alter function Altered folder "a/b"');
    expect(await host.query('.show function Altered')).toEqual([
      ['Altered', '(x: long = 5)', '{ x }', 'a/b', 'what it does'],
    ]);
    expect(await code('.alter function Missing folder "x"')).toBe('unknown_function');
  });

  it('is dropped, alone or with others, all or none', async () => {
    await host.query('.create function D1() { 1 }');
    await host.query('.create function D2() { 2 }');
    expect(await code('.drop functions (D1, Missing)')).toBe('unknown_function');
    expect(await host.query('print D1()')).toEqual([['1']]);
    await host.query('.drop functions (D1, Missing) ifexists');
    expect((await host.query('.drop function D2')).flat()).not.toContain('D2');
    expect(await code('.drop function D2')).toBe('unknown_function');
    expect(await code('.drop function D2 ifexists')).toBe('no error');
  });

  it('shadows no table by accident: a table of its name comes first, let before both', async () => {
    await host.query('.create function Shade() { print v = "function" }');
    expect(await host.query('Shade')).toEqual([['function']]);
    expect(await host.query('let Shade = print v = "let"; Shade')).toEqual([['let']]);
    expect(await code('.create materialized-view Shade on table T { T | summarize count() }')).toBe(
      'function_exists',
    );
  });

  it('tells its schema', async () => {
    await host.query('.create function Schema(t: (k: string), x: long = 3) { t | extend y = x }');
    const [[name, json] = []] = await host.query('.show function Schema schema as json');
    expect(name).toBe('Schema');
    expect(JSON.parse(json ?? '')).toMatchObject({
      Name: 'Schema',
      InputParameters: [
        { Name: 't', Columns: [{ Name: 'k', CslType: 'string' }] },
        { Name: 'x', CslType: 'long', CslDefaultValue: '3' },
      ],
      OutputColumns: [
        { Name: 'k', CslType: 'string' },
        { Name: 'y', CslType: 'long' },
      ],
    });
  });
});

describe('what is checked', () => {
  it.each([
    ['an unknown column', '.create function W1() { T | where nope > 1 }', 'KS142'],
    ['an unknown function', '.create function W2() { nope(1) }', 'KS211'],
    ['itself', '.create function W3(x: long) { W3(x) }', 'recursion'],
    ['bad syntax', '.create function W4() { T | where }', 'KS006'],
  ])('%s is refused', async (_what, text, expected) => {
    expect(await code(text)).toBe(expected);
    const name = /function (\w+)/.exec(text)?.[1] ?? '';
    expect(await code(`.show function ${name}`)).toBe('unknown_function');
  });

  it('an error has its place in the command', async () => {
    const text = '.create function Place(x: long)\n{\n  T | where nope > x\n}';
    const error = await host.query(text).catch((e: unknown) => e);
    expect(error).toMatchObject({ span: { start: text.indexOf('nope'), length: 4, line: 3 } });
  });

  it('skipvalidation leaves it to the first call', async () => {
    await host.query('.create function with (skipvalidation=true) Later() { Soon | count }');
    expect(await code('Later()')).not.toBe('no error');
    await host.query('.create table Soon (x: long)');
    expect(await host.query('Later()')).toEqual([['0']]);
  });

  it('functions that call each other in a circle are refused, and say how', async () => {
    await host.query('.create function R1(x: long) { x }');
    await host.query('.create function R2(x: long) { R1(x) }');
    const refused = await failure('.alter function R1(x: long) { R2(x) }');
    expect(refused.code).toBe('recursion');
    expect(refused.message).toContain('R1 → R2 → R1');
    await host.query('.alter function with (skipvalidation=true) R1(x: long) { R2(x) }');
    expect(await code('print R1(1)')).not.toBe('no error');
    expect(await host.query('print 1')).toEqual([['1']]);
  });
});

describe('views', () => {
  it('are seen by wildcards and search, other functions are not', async () => {
    await host.query('.create database Views');
    const run = (text: string): Promise<string[][]> => host.query(text, 'Views');
    await run('.create table V1 (x: long)');
    await run('.ingest inline into table V1 <| 1');
    await run('.create function with (view=true) V2() { print x = 100 }');
    await run('.create function V3() { print x = 1000 }');
    expect(await run('union V* | summarize sum(x)')).toEqual([['101']]);
    expect(await run('union withsource=t V* | sort by t asc | project t')).toEqual([
      ['V1'],
      ['V2'],
    ]);
    expect(await run('search "100" | project x')).toEqual([['100']]);
    expect(
      (await failure('.create function with (view=true) V4(a: long) { print a }', 'Views')).code,
    ).toBe('view_parameters');
  });
});
