import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestHost, type TestHost } from './support/test-host.ts';

let host: TestHost;

beforeAll(() => {
  host = openTestHost();
});

afterAll(() => host.close());

const code = (text: string): Promise<unknown> =>
  host.query(text).then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );
const numbers = async (table: string): Promise<string | undefined> =>
  (await host.query(`${table} | sort by a asc | summarize make_list(a)`))[0]?.[0];

describe('extents', () => {
  it('are moved to a table with the same columns, under new ids', async () => {
    await host.query('.set A <| range a from 1 to 3 step 1');
    await host.query('.set B <| range a from 4 to 5 step 1');
    const [[before] = []] = await host.query('.show table A extents | project ExtentId');
    const moved = await host.query('.move extents all from table A to table B');
    expect(moved[0]?.[0]).toBe(before);
    expect(moved[0]?.[1]).not.toBe(before);
    expect(await numbers('B')).toBe('[1,2,3,4,5]');
    expect(await numbers('A')).toBe('[]');
    await host.query('.create table Other (b: string)');
    expect(await code('.move extents all from table B to table Other')).toBe('schema_differs');
    expect(
      await code('.move extents from table B to table A (00000000-0000-0000-0000-000000000000)'),
    ).toBe('unknown_extent');
  });

  it('are tagged, found by tag, and lose tags', async () => {
    await host.query(
      `.alter extent tags ('drop-by:x', 'y') <| .show table B extents | where RowCount == 3`,
    );
    expect(
      await host.query(".show table B extents where tags has 'drop-by:x' | project RowCount"),
    ).toEqual([['3']]);
    expect(
      await host.query(".show table B extents where tags !contains 'drop' | project RowCount"),
    ).toEqual([['2']]);
    await host.query(".drop table B extent tags ('y')");
    expect(await host.query(".show table B extents where tags has 'y' | count")).toEqual([['0']]);
  });

  it('are dropped by predicate, and only named with whatif', async () => {
    expect(
      await host.query(".drop extents whatif <| .show table B extents where tags has 'drop-by:x'"),
    ).toHaveLength(1);
    expect(await numbers('B')).toBe('[1,2,3,4,5]');
    await host.query(".drop extents <| .show table B extents where tags has 'drop-by:x'");
    expect(await numbers('B')).toBe('[4,5]');
    expect(await code('.drop extents <| B | project a')).toBe('missing_column');
  });

  it('replace others in one step', async () => {
    await host.query('.set New <| range a from 8 to 9 step 1');
    await host.query(
      '.replace extents in table B <| { .show table B extents }, { .show table New extents }',
    );
    expect(await numbers('B')).toBe('[8,9]');
    expect(await numbers('New')).toBe('[]');
  });

  it('are merged on demand', async () => {
    await host.query('.append B <| print a = 10');
    const ids = (await host.query('.show table B extents | project ExtentId')).flat();
    expect(ids).toHaveLength(2);
    await host.query(`.merge B (${ids.join(', ')})`);
    expect(await host.query('.show table B extents | project RowCount')).toEqual([['3']]);
    expect(await numbers('B')).toBe('[8,9,10]');
  });
});

describe('rows', () => {
  it('are deleted by a predicate; rows for which it is null stay', async () => {
    await host.query('.set T <| range a from 1 to 6 step 1 | extend n = iff(a > 4, long(null), a)');
    await host.query('.append T <| print a = 7, n = 7');
    expect(
      await host.query('.delete table T records with (whatif=true) <| T | where n < 3 | project a'),
    ).toHaveLength(1);
    expect(await numbers('T')).toBe('[1,2,3,4,5,6,7]');
    const replaced = await host.query('.delete table T records <| T | where n < 3 or n == 7');
    expect(replaced.map((row) => row[2]).sort()).toEqual(['1', '2']);
    expect(await numbers('T')).toBe('[3,4,5,6]');
    expect(await code('.delete table T records <| T | take 1')).toBe('bad_predicate');
    expect(await numbers('T')).toBe('[3,4,5,6]');
  });

  it('are replaced by others in one commit', async () => {
    await host.query('.set U <| range a from 1 to 4 step 1 | extend b = "old"');
    const update = (properties: string): string =>
      `.update table U delete D append A ${properties}<| let D = U | where a > 2; let A = U | where a > 2 | extend b = "new;";`;
    expect(
      (await host.query(update('with (whatif=true) '))).map((row) => [row[1], row[3]]),
    ).toEqual([
      ['Delete', '2'],
      ['Create', '2'],
    ]);
    expect(await host.query('U | where b == "new;" | count')).toEqual([['0']]);
    await host.query(update(''));
    expect(await host.query('U | summarize count(), sum(a) by b | sort by b asc')).toEqual([
      ['new;', '2', '7'],
      ['old', '2', '3'],
    ]);
    expect(
      await code(
        '.update table U delete D append A <| let D = U | where a > 2; let A = print 1, 2;',
      ),
    ).toBe('schema_differs');
    expect(await host.query('U | count')).toEqual([['4']]);
  });

  it('are purged in two steps, their files with them', async () => {
    const folder = join(host.folder, 'extents', 'Local', 'T');
    const before = readdirSync(folder);
    const command = (more: string): string =>
      `.purge table T records in database Local ${more}<| where a == 3`;
    const [[count, , token] = []] = await host.query(command(''));
    expect(count).toBe('1');
    expect(await numbers('T')).toBe('[3,4,5,6]');
    expect(await code(command(`with (verificationtoken='0${token}') `))).toBe('bad_token');
    await host.query(command(`with (verificationtoken='${token}') `));
    expect(await numbers('T')).toBe('[4,5,6]');
    while (before.some((file) => existsSync(join(folder, file))))
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(
      await host.query('.show purges | where State == "Completed" | distinct TableName'),
    ).toEqual([['T']]);
  });
});

describe('a dropped table', () => {
  it('comes back with its rows, after a restart too', async () => {
    await host.query('.set Gone with (folder="f") <| range a from 1 to 2 step 1');
    await host.query(`.alter table Gone policy merge '{"AllowMerge": false}'`);
    await host.query('.drop table Gone');
    expect(await code('Gone')).not.toBe('no error');
    const [[version] = []] = await host.query(
      '.show database Local journal | where Event == "DROP-TABLE" and EntityName == "Gone" | project EntityVersion',
    );
    host = await host.reopen();
    await host.query('.set Gone <| print other = 1');
    expect(await code(`.undo drop table Gone version="${version}"`)).toBe('table_exists');
    expect(await host.query(`.undo drop table Gone as Back version="${version}"`)).toHaveLength(1);
    expect(await numbers('Back')).toBe('[1,2]');
    expect(await host.query('.show table Back details | project Folder, MergePolicy')).toEqual([
      ['f', '{"AllowMerge":false}'],
    ]);
    expect(await code('.undo drop table Gone version="v1.1"')).toBe('unknown_table');
  });

  it('is gone at once where the retention policy says so', async () => {
    await host.query('.set Quick <| print a = 1');
    await host.query(`.alter table Quick policy retention '{"Recoverability": "Disabled"}'`);
    const folder = join(host.folder, 'extents', 'Local', 'Quick');
    await host.query('.drop table Quick');
    while (readdirSync(folder).length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('goes with its database', async () => {
    await host.query('.create database Short');
    await host.query('.set X <| print 1', 'Short');
    await host.query('.drop database Short');
    expect(await host.query('.show databases | where DatabaseName == "Short" | count')).toEqual([
      ['0'],
    ]);
    expect(await code('.drop database Local')).toBe('default_database');
  });
});

describe('columns', () => {
  it('swap their names in one command', async () => {
    await host.query('.set S <| print x = 1, y = "one"');
    await host.query('.rename columns x = S.y, y = S.x');
    expect(await host.query('S | project x, y')).toEqual([['one', '1']]);
  });
});
