import { describe, expect, it } from 'vitest';
import { GlobalsCache } from '../syntax/globals.ts';
import { parseOwnCommand } from './own-grammar.ts';
import { parseCommand } from './parse-command.ts';

const globals = new GlobalsCache();
globals.set({
  version: 1,
  databases: [{ name: 'Db', prettyName: '', readOnly: false, tables: [], functions: [] }],
});
const read = (text: string) => parseCommand(text, 'Db', globals);

describe('commands that the grammar of Kusto.Language lacks', () => {
  it('are read with their names, lists and properties', () => {
    expect(
      parseOwnCommand(
        `.purge table ['my T'] records in database Db with (noregrets='true') <| where a == "|"`,
      ),
    ).toMatchObject({
      kind: 'PurgeTableRecords',
      arguments: { TableName: 'my T', DatabaseName: 'Db', properties: { noregrets: 'true' } },
      query: `where a == "|"`,
    });
    expect(
      parseOwnCommand(`.alter async extent tags ('a', "b\\n") <| .show table T extents`),
    ).toMatchObject({
      arguments: { Tag: ['a', 'b\n'], words: ['alter', 'async', 'extent', 'tags'] },
    });
    expect(parseOwnCommand('// first\n.UNDO drop table T as U version=v24.3 ;')).toMatchObject({
      kind: 'UndoDropTable',
      arguments: { Name: 'T', TableName: 'U', Version: 'v24.3' },
    });
  });

  it.each([
    ['.show columns', 'ShowColumns', undefined],
    ['.show database Db details | project TotalSize', 'ShowDatabaseDetails', ' project TotalSize'],
    ['.show database Db', 'ShowDatabase', undefined],
    ['.show database entities', 'ShowDatabaseEntities', undefined],
    ['.show queries by user "me" | take 1', 'ShowQueries', ' take 1'],
    [
      '.replace extents in table T <| { .show table A extents }, { .show table B extents }',
      'ReplaceExtents',
      undefined,
    ],
    ['.drop database ingestion csv mapping "m"', 'DropDatabaseIngestionMapping', undefined],
  ])('%s', (text, kind, pipe) => {
    const command = read(text);
    expect(command.diagnostics).toEqual([]);
    expect(command.kind).toBe(kind);
    expect(command.pipe).toBe(pipe);
  });

  it('leave the rest to the grammar, which has the answer’s columns', () => {
    const command = read('.show database details');
    expect(command.kind).toBe('ShowDatabaseDetails');
    expect(command.schema[0]).toEqual({ name: 'DatabaseName', type: 'string' });
  });

  it('fail where a command has more text than it takes', () => {
    const [problem] = read('.show tables usage statistics').diagnostics;
    expect(problem).toMatchObject({ code: 'unexpected_text', span: { start: 13, length: 5 } });
    expect(parseOwnCommand('.show columns of everything')).toBeUndefined();
  });
});
