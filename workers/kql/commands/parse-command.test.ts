import { describe, expect, it } from 'vitest';
import { GlobalsCache } from '../syntax/globals.ts';
import { parseCommand } from './parse-command.ts';

const globals = new GlobalsCache();
globals.set({
  version: 1,
  databases: [{ name: 'Db', prettyName: '', readOnly: false, tables: [], functions: [] }],
});
const read = (text: string) => parseCommand(text, 'Db', globals);

describe('commands by the grammar of Kusto.Language', () => {
  it('splits the pipe from a .show command', () => {
    const command = read('.show tables | where TableName has "a|b"');
    expect(command.kind).toBe('ShowTables');
    expect(command.pipe).toBe(' where TableName has "a|b"');
    expect(command.diagnostics).toEqual([]);
  });

  it('reads schema and properties, with KQL names of types', () => {
    const command = read(
      `.create-merge table ['my T'] (a:int64, ['b c']:string) with (Folder='x', docstring="y")`,
    );
    expect(command.kind).toBe('CreateMergeTable');
    expect(command.arguments).toMatchObject({
      TableName: 'my T',
      columns: [
        { name: 'a', type: 'long' },
        { name: 'b c', type: 'string' },
      ],
      properties: { folder: 'x', docstring: 'y' },
    });
  });

  it('groups the columns of several tables', () => {
    expect(read('.create tables T1 (a:long), T2 (b:string, c:real)').arguments.tables).toEqual([
      { name: 'T1', columns: [{ name: 'a', type: 'long' }] },
      {
        name: 'T2',
        columns: [
          { name: 'b', type: 'string' },
          { name: 'c', type: 'real' },
        ],
      },
    ]);
  });

  it('leaves inline data as it stands, whatever it holds', () => {
    const data = `1,"it's <| (((\n${'('.repeat(1_000)},'`;
    const command = read(`.ingest inline into table T with (format="csv") <|\n${data}`);
    expect(command.kind).toBe('IngestInlineIntoTable');
    expect(command.query).toBe(data);
    expect(command.arguments).toMatchObject({ TableName: 'T', properties: { format: 'csv' } });
  });

  it('takes a query behind the mark whole, with its own pipes', () => {
    const command = read('.set-or-append async T with (folder="f") <| let y = 1; U | where x > y');
    expect(command.kind).toBe('SetOrAppendTable');
    expect(command.query).toBe('let y = 1; U | where x > y');
    expect(command.pipe).toBeUndefined();
    expect(command.arguments.words).toContain('async');
  });

  it('takes functions apart', () => {
    expect(read('.create-or-alter function with (folder="f") F(a:long) { print a }')).toMatchObject(
      {
        kind: 'CreateOrAlterFunction',
        arguments: {
          FunctionName: 'F',
          FunctionParameters: '(a:long)',
          FunctionBody: '{ print a }',
        },
      },
    );
  });

  it('resolves paths and lists', () => {
    expect(read('.rename column T.a to b').arguments).toMatchObject({
      TableName: 'T',
      ColumnName: 'a',
      NewColumnName: 'b',
    });
    const drop = read('.drop tables (A, B) ifexists');
    expect(drop.arguments).toMatchObject({
      TableName: ['A', 'B'],
      words: ['drop', 'tables', 'ifexists'],
    });
    expect(read(`.ingest into table T (h'/tmp/a.csv', "b.csv")`).arguments.Path).toEqual([
      '/tmp/a.csv',
      'b.csv',
    ]);
  });

  it('says where a command is wrong, and leaves missing tables to the host', () => {
    expect(read('.drop table Nope').diagnostics).toEqual([]);
    const wrong = read('.create table T (a:nope)');
    expect(wrong.kind).toBe('Unknown');
    expect(wrong.diagnostics[0]?.span.start).toBe(19);
    expect(read('.foo bar').diagnostics[0]?.code).toBe('unknown_command');
  });
});
