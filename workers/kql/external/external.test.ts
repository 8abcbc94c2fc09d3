import { describe, expect, test } from 'vitest';
import { AppError } from '../../../common/errors/app-error.ts';
import { parseExternalTableCommand } from './command.ts';
import { parseDefinition } from './definition.ts';
import { Tokens } from './tokens.ts';

const parse = (text: string) => parseDefinition(new Tokens(text, 0));

const failure = (text: string): AppError => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`${text} was read`);
};

describe('tokens', () => {
  const values = (text: string): string[] => {
    const tokens = new Tokens(text, 0);
    const found: string[] = [];
    for (let token = tokens.next(); token.kind !== 'end'; token = tokens.next())
      found.push(token.text);
    return found;
  };

  test('strings of every form (page "The string data type")', () => {
    expect(
      values(`'a\\tb' "q\\"x" @'c:\\d' @"x""y" h'k' h@'z\\' \`\`\`two\nlines\`\`\` '\\u00fc'`),
    ).toEqual(['a\tb', 'q"x', 'c:\\d', 'x"y', 'k', 'z\\', 'two\nlines', 'ü']);
  });

  test('comments and blanks are none', () => {
    expect(values('a // (b)\n ( c )')).toEqual(['a', '(', 'c', ')']);
  });

  test('a string without an end has its place', () => {
    expect(() => values("a 'b")).toThrow(
      expect.objectContaining({
        code: 'unfinished_string',
        span: expect.objectContaining({ start: 2 }) as unknown,
      }) as Error,
    );
  });
});

describe('definitions', () => {
  test('the example "Partitioned by name and date" of the page', () => {
    const { table } = parse(`(Timestamp:datetime, CustomerName:string)
      kind=storage
      partition by (CustomerNamePart:string = CustomerName, Date:datetime = startofday(Timestamp))
      pathformat=("customer_name=" CustomerNamePart "/" Date)
      dataformat=csv
      ( h@'/data/one;two', @'/data/more' )
      with (fileExtension = ".txt", includeHeaders = 'FirstFile', compressed = true, folder = 'F')`);
    expect(table).toEqual({
      files: {
        uris: ['/data/one;two', '/data/more'],
        format: 'csv',
        headers: 'first',
        columns: [
          { name: 'Timestamp', type: 'datetime' },
          { name: 'CustomerName', type: 'string' },
        ],
        partitions: [
          {
            name: 'CustomerNamePart',
            type: 'string',
            source: { column: 'CustomerName', function: 'identity' },
          },
          {
            name: 'Date',
            type: 'datetime',
            source: { column: 'Timestamp', function: 'startofday' },
          },
        ],
        pathFormat: [
          { kind: 'text', text: 'customer_name=' },
          { kind: 'partition', name: 'CustomerNamePart' },
          { kind: 'text', text: '/' },
          { kind: 'partition', name: 'Date' },
        ],
        fileExtension: '.txt',
      },
      folder: 'F',
      docstring: '',
      writing: { compressed: true },
      mappings: [],
    });
  });

  test('partitions by hash, by bins, and virtual ones', () => {
    const { table } = parse(
      `(a:long, ['b c']:string, t:datetime) kind = blob partition by (H:long = hash(['b c'], 10), T:datetime = bin(t, 1h), V:string) pathformat = (datetime_pattern("yyyy-MM", T) "/" H "/v=" V) dataformat = parquet ('x')`,
    );
    expect(table.files.partitions).toEqual([
      { name: 'H', type: 'long', source: { column: 'b c', function: 'hash', argument: '10' } },
      {
        name: 'T',
        type: 'datetime',
        source: { column: 't', function: 'bin', argument: '36000000000' },
      },
      { name: 'V', type: 'string' },
    ]);
    expect(table.files.pathFormat[0]).toEqual({ kind: 'datetime', name: 'T', pattern: 'yyyy-MM' });
  });

  test.each([
    ['(a:long) kind=storage dataformat=csv', 'Expected: (', ''],
    ["(a:strange) kind=storage dataformat=csv ('x')", 'There is no type named strange.', 'strange'],
    [
      "(a:long) kind=storage dataformat=orc ('x')",
      'not implemented in Calypso: dataformat=orc',
      'orc',
    ],
    [
      "(a:long) kind=storage partition by (p:real) dataformat=csv ('x')",
      'A partition is a string, a long or a datetime.',
      'real',
    ],
    [
      "(a:long) kind=storage partition by (p:string = z) dataformat=csv ('x')",
      'The table has no column z.',
      'z)',
    ],
    [
      "(a:long) kind=storage partition by (p:string, q:string) pathformat=(p q) dataformat=csv ('x')",
      'Two partitions need a text between them.',
      'q) dataformat',
    ],
    ['(a:long) kind=storage dataformat=csv (x)', 'Expected: a path, in quotes', 'x)'],
    [
      "(a:long) kind=sql ('x')",
      'not implemented in Calypso: external tables in SQL databases (kind=sql)',
      'sql',
    ],
  ])('%s: %s', (text, message, at) => {
    const error = failure(text);
    expect(error.message).toBe(message);
    expect(error.span?.start).toBe(at === '' ? text.length : text.indexOf(at));
  });
});

describe('commands', () => {
  test('are read to their end, a pipe behind them too', () => {
    const parsed = parseExternalTableCommand(
      `// note\n.create-or-alter external table ['my table'] (a:long) kind=storage dataformat=csv ('x') | project TableName`,
    );
    expect(parsed).toMatchObject({
      kind: 'CreateOrAlterStorageExternalTable',
      arguments: { ExternalTableName: 'my table' },
      pipe: ' project TableName',
      diagnostics: [],
    });
    expect(
      parseExternalTableCommand(
        `.create external table T (a:long) kind=storage dataformat=csv ('x') more`,
      )?.diagnostics,
    ).toHaveLength(1);
  });

  test('others are left to the language', () => {
    for (const text of [
      `.create external table T mapping 'm' '[]'`,
      `.alter external table T docstring 'x'`,
      '.create table T (a:long)',
      '.drop external table T',
    ])
      expect([text, parseExternalTableCommand(text)]).toEqual([text, undefined]);
  });
});
