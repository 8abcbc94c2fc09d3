import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Extent } from '../../../common/contract/store.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { Catalog, type TableCommit } from './catalog.ts';
import { dataFolder } from './data-folder.ts';
import { MIGRATIONS } from './open.ts';
import { mayMatch } from './pruning.ts';
import { Snapshots } from './snapshots.ts';

let root: string;
let open: Catalog[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'catalog-test-'));
  open = [];
});

afterEach(() => {
  for (const catalog of open) catalog.close();
  rmSync(root, { recursive: true, force: true });
});

function openCatalog(mode: 'owner' | 'copy' = 'owner', migrations = MIGRATIONS): Catalog {
  const catalog = Catalog.open({ folder: dataFolder(root), mode, migrations });
  open.push(catalog);
  return catalog;
}

function close(catalog: Catalog): void {
  catalog.close();
  open.splice(open.indexOf(catalog), 1);
}

const COLUMNS: readonly Column[] = [
  { name: 'a', type: 'long' },
  { name: 'b', type: 'string' },
];

/** A file with something in it, and the extent that names it. */
function makeExtent(id: string, ranges: Extent['ranges'] = []): Extent {
  const folder = join(root, 'extents', 'D', 'T');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${id}.parquet`);
  writeFileSync(path, id);
  return {
    extentId: id,
    path,
    reader: { kind: 'parquet' },
    rowCount: 10,
    sizeBytes: 100,
    columns: COLUMNS.map(({ name, type }) => ({
      column: name,
      field: name,
      type,
      storage: type === 'long' ? 'BIGINT' : 'VARCHAR',
      mayBeNull: false,
    })),
    ranges,
    ingestedAt: '638000000000000001',
    tags: ['t'],
  };
}

function commitOf(
  catalog: Catalog,
  extents: Extent[],
  more: Partial<TableCommit> = {},
): TableCommit {
  return {
    database: catalog.databases.find('D') ?? catalog.databases.create('D'),
    table: 'T',
    columns: COLUMNS,
    extents,
    owned: true,
    ...more,
  };
}

const inPlace = (_table: unknown, extents: readonly Extent[]): readonly Extent[] => extents;

function extentIds(catalog: Catalog): string[] {
  const table = catalog.tables.find('D', 'T');
  return table ? catalog.extents.ofTable(table.id).map((e) => e.extentId) : [];
}

describe('opening', () => {
  it('keeps what was committed', () => {
    const first = openCatalog();
    first.commit([commitOf(first, [makeExtent('e1')])], [], inPlace);
    close(first);
    const second = openCatalog();
    expect(extentIds(second)).toEqual(['e1']);
    expect(second.tables.get('D', 'T').columns).toMatchObject([
      { name: 'a', type: 'long' },
      { name: 'b', type: 'string' },
    ]);
  });

  it('refuses a second owner and names the first', () => {
    openCatalog();
    expect(() => openCatalog()).toThrow(
      expect.objectContaining({
        code: 'data_folder_in_use',
        message: expect.stringContaining(`process ${process.pid}`),
      }),
    );
  });

  it('lets the next one in when the owner has gone', () => {
    close(openCatalog());
    expect(() => openCatalog()).not.toThrow();
  });

  it('refuses a file that a newer program wrote, and leaves it as it is', () => {
    close(openCatalog());
    const file = join(root, 'catalog.sqlite');
    const db = new Sqlite(file);
    db.pragma('user_version = 9999');
    db.close();
    expect(() => openCatalog()).toThrow(expect.objectContaining({ code: 'newer_catalog' }));
    const after = new Sqlite(file, { readonly: true });
    expect(after.pragma('user_version', { simple: true })).toBe(9999);
    after.close();
  });

  it("refuses another program's file", () => {
    const db = new Sqlite(join(root, 'catalog.sqlite'));
    db.exec('CREATE TABLE theirs (x)');
    db.close();
    expect(() => openCatalog()).toThrow(expect.objectContaining({ code: 'not_a_catalog' }));
  });

  it('applies later migrations once, in the order of their numbers, and all or nothing', async () => {
    const folder = join(root, 'migrations');
    mkdirSync(folder);
    const url = pathToFileURL(`${folder}/`);
    for (const file of readdirSync(MIGRATIONS))
      await copyFile(new URL(file, MIGRATIONS), join(folder, file));
    writeFileSync(
      join(folder, '0011_b.sql'),
      "INSERT INTO meta SELECT 'b', value FROM meta WHERE key = 'a';",
    );
    writeFileSync(join(folder, '0010_a.sql'), "INSERT INTO meta VALUES ('a', 'x');");
    close(openCatalog('owner', url));
    writeFileSync(
      join(folder, '0012_c.sql'),
      "INSERT INTO meta VALUES ('c', 'x'); SELECT nonsense;",
    );
    expect(() => openCatalog('owner', url)).toThrow(/nonsense/);
    const db = new Sqlite(join(root, 'catalog.sqlite'), { readonly: true });
    expect(db.prepare('SELECT key FROM meta ORDER BY key').pluck().all()).toEqual([
      'a',
      'b',
      'schema_version',
    ]);
    expect(db.pragma('user_version', { simple: true })).toBe(11);
    db.close();
  });

  it('works on a copy beside the owner, whose changes are its own', () => {
    const owner = openCatalog();
    owner.commit([commitOf(owner, [makeExtent('e1')])], [], inPlace);
    const copy = openCatalog('copy');
    expect(extentIds(copy)).toEqual(['e1']);
    copy.change(() => copy.tables.drop(copy.tables.get('D', 'T')));
    expect(extentIds(owner)).toEqual(['e1']);
    const owned = openCatalog('copy');
    expect(owned.extents.ownedPaths().size).toBe(0);
  });
});

describe('a commit', () => {
  it('is all or nothing: extents, columns, positions and version', () => {
    const catalog = openCatalog();
    catalog.commit([commitOf(catalog, [makeExtent('e1')])], [], inPlace);
    const version = catalog.schemaVersion;
    const twice = makeExtent('e1');
    expect(() =>
      catalog.commit(
        [
          commitOf(catalog, [makeExtent('e2')], {
            columns: [...COLUMNS, { name: 'c', type: 'real' }],
          }),
          commitOf(catalog, [twice]),
        ],
        [{ source: 's', part: '0', position: '42' }],
        inPlace,
      ),
    ).toThrow(/UNIQUE/);
    expect(extentIds(catalog)).toEqual(['e1']);
    expect(catalog.tables.get('D', 'T').columns.map((c) => c.name)).toEqual(['a', 'b']);
    expect(catalog.positions.ofSource('s')).toEqual([]);
    expect(catalog.schemaVersion).toBe(version);
  });

  it('writes positions with the extents', () => {
    const catalog = openCatalog();
    catalog.commit(
      [commitOf(catalog, [makeExtent('e1')])],
      [{ source: 's', part: '0', position: '42' }],
      inPlace,
    );
    expect(catalog.positions.ofSource('s')).toEqual([{ source: 's', part: '0', position: '42' }]);
  });

  it('replaces the named extents, and refuses when one of them has gone', () => {
    const catalog = openCatalog();
    catalog.commit([commitOf(catalog, [makeExtent('e1'), makeExtent('e2')])], [], inPlace);
    const merge = (id: string): unknown =>
      catalog.commit(
        [commitOf(catalog, [makeExtent(id)], { replaces: ['e1', 'e2'] })],
        [],
        inPlace,
      );
    expect(merge('e3')).toMatchObject([{ extentId: 'e1' }, { extentId: 'e2' }]);
    expect(() => merge('e4')).toThrow(expect.objectContaining({ code: 'extents_changed' }));
    expect(extentIds(catalog)).toEqual(['e3']);
  });
});

describe('columns', () => {
  it('are told apart by id: a rename needs no rewriting, a new one of an old name is empty', () => {
    const catalog = openCatalog();
    catalog.commit([commitOf(catalog, [makeExtent('e1')])], [], inPlace);
    const table = (): ReturnType<typeof catalog.tables.get> => catalog.tables.get('D', 'T');
    catalog.change(() => catalog.tables.renameColumn(table(), 'a', 'renamed'));
    catalog.change(() => catalog.tables.dropColumn(table(), 'b'));
    catalog.change(() => catalog.tables.addColumn(table(), { name: 'b', type: 'string' }));
    const [extent] = catalog.extents.ofTable(table().id);
    expect(extent?.columns).toEqual([
      { column: 'renamed', field: 'a', type: 'long', storage: 'BIGINT', mayBeNull: false },
    ]);
    expect(table().columns.map((c) => c.name)).toEqual(['renamed', 'b']);
  });

  it('keep the type that an extent was written with when they are retyped', () => {
    const catalog = openCatalog();
    catalog.commit([commitOf(catalog, [makeExtent('e1')])], [], inPlace);
    catalog.change(() => catalog.tables.retypeColumn(catalog.tables.get('D', 'T'), 'a', 'string'));
    const table = catalog.tables.get('D', 'T');
    expect(table.columns[0]?.type).toBe('string');
    expect(catalog.extents.ofTable(table.id)[0]?.columns[0]?.type).toBe('long');
  });
});

describe('sweep', () => {
  it('removes files that no commit names, and nothing else', () => {
    const catalog = openCatalog();
    const kept = makeExtent('kept');
    catalog.commit([commitOf(catalog, [kept])], [], inPlace);
    const stray = makeExtent('stray');
    writeFileSync(join(root, 'staging', 'half.parquet'), 'x');
    writeFileSync(join(root, 'tmp', 'upload'), 'x');
    close(catalog);
    openCatalog();
    expect(existsSync(kept.path)).toBe(true);
    expect(existsSync(stray.path)).toBe(false);
    expect(readdirSync(join(root, 'staging'))).toEqual([]);
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  });

  it('leaves registered files alone, inside the folder and outside', () => {
    const catalog = openCatalog();
    const registered = makeExtent('registered');
    const outside = join(root, 'mine.parquet');
    writeFileSync(outside, 'x');
    catalog.commit(
      [commitOf(catalog, [{ ...registered, path: outside }], { owned: false })],
      [],
      inPlace,
    );
    catalog.change(() => catalog.tables.drop(catalog.tables.get('D', 'T')));
    close(catalog);
    openCatalog();
    expect(existsSync(outside)).toBe(true);
  });
});

describe('snapshots', () => {
  /** Deletions are not waited for; they are done when the loop has turned a few times. */
  const gone = async (path: string): Promise<boolean> => {
    for (let i = 0; i < 200 && existsSync(path); i++) await new Promise((r) => setTimeout(r, 5));
    return !existsSync(path);
  };
  const failing = (_path: string, error: unknown): void => {
    throw error;
  };

  it('keep a dropped file until the last reader lets go', async () => {
    const snapshots = new Snapshots(failing);
    const { path } = makeExtent('e1');
    snapshots.pin('q1', [path]);
    snapshots.pin('q2', [path]);
    snapshots.dropFiles([path]);
    snapshots.release('q1');
    expect(snapshots.isPinned(path)).toBe(true);
    expect(existsSync(path)).toBe(true);
    snapshots.release('q2');
    expect(await gone(path)).toBe(true);
  });

  it('delete a file that nobody reads at once, and keep one that was not dropped', async () => {
    const snapshots = new Snapshots(failing);
    const dropped = makeExtent('e1').path;
    const kept = makeExtent('e2').path;
    snapshots.pin('q1', [kept]);
    snapshots.release('q1');
    snapshots.dropFiles([dropped]);
    expect(await gone(dropped)).toBe(true);
    expect(existsSync(kept)).toBe(true);
  });

  it('let a query pin more than once and release all', () => {
    const snapshots = new Snapshots(failing);
    snapshots.pin('q1', ['/a', '/a']);
    snapshots.pin('q1', ['/b']);
    snapshots.releaseAll();
    expect([snapshots.isPinned('/a'), snapshots.isPinned('/b')]).toEqual([false, false]);
  });
});

describe('pruning', () => {
  const extent = (): Extent =>
    makeExtent('e', [
      { column: 'a', min: '-5', max: '9007199254740993' },
      { column: 'b', min: 'B', max: '\uFF00' },
    ]);

  it.each([
    [{ column: 'a', min: '9007199254740993' }, true],
    [{ column: 'a', min: '9007199254740994' }, false],
    [{ column: 'a', max: '-5' }, true],
    [{ column: 'a', max: '-6' }, false],
    [{ column: 'a', min: '0', max: '1' }, true],
    [{ column: 'b', max: 'A' }, false],
    [{ column: 'b', min: 'a' }, true],
    // U+1F600 is above U+FF00 by code point, but below it by UTF-16 unit.
    [{ column: 'b', min: '\u{1F600}' }, false],
    [{ column: 'unknown', min: '1' }, true],
    [{ column: 'a', min: 'not a number' }, true],
  ])('%j: %s', (range, expected) => {
    expect(mayMatch(extent(), [range])).toBe(expected);
  });

  it('wants all ranges', () => {
    expect(
      mayMatch(extent(), [
        { column: 'a', min: '0' },
        { column: 'b', max: 'A' },
      ]),
    ).toBe(false);
  });
});

describe('workspace', () => {
  it('keeps documents, saved queries, settings and history', () => {
    const catalog = openCatalog();
    const document = {
      id: '1',
      title: 'One',
      text: 'print 1',
      database: 'D',
      position: 0,
      updatedAt: '2026-01-01T00:00:00Z',
    };
    catalog.documents.save(document);
    catalog.documents.save({ ...document, text: 'print 2', path: '/x.kql' });
    const saved = { id: 'q', title: 'Q', description: '', text: 'print 3', database: 'D' };
    catalog.savedQueries.save(saved);
    catalog.settings.set('theme', { name: 'dark' });
    catalog.settings.set('gone', 1);
    catalog.settings.set('gone', undefined);
    for (const [id, text] of [
      ['h1', 'Flights | COUNT'],
      ['h2', 'print 100%'],
    ] as const)
      catalog.history.add({
        id,
        text,
        database: 'D',
        startedAt: `2026-01-0${id.slice(1)}T00:00:00Z`,
        elapsedMs: 1.5,
        rowCount: 1,
        state: 'completed',
      });
    close(catalog);
    const again = openCatalog();
    expect(again.documents.list()).toEqual([{ ...document, text: 'print 2', path: '/x.kql' }]);
    expect(again.savedQueries.list()).toEqual([saved]);
    expect(again.settings.all()).toEqual({ theme: { name: 'dark' } });
    expect(again.history.list('', 10).map((h) => h.id)).toEqual(['h2', 'h1']);
    expect(again.history.list('flights | count', 10).map((h) => h.id)).toEqual(['h1']);
    expect(again.history.list('0%', 10).map((h) => h.id)).toEqual(['h2']);
    expect(again.history.list('_', 10)).toEqual([]);
  });
});

describe('names', () => {
  it.each(['', '  ', 'a\nb', 'x'.repeat(1_025)])('refuses %j', (name) => {
    const catalog = openCatalog();
    const database = catalog.databases.create('D');
    expect(() => catalog.tables.create(database, name, COLUMNS)).toThrow(
      expect.objectContaining({ code: 'bad_name' }),
    );
  });

  it.each(["it's", 'my "T"', '\u{1F600}', 'a.b', 'Cost Total $'])('takes %s', (name) => {
    const catalog = openCatalog();
    const database = catalog.databases.create('D');
    catalog.tables.create(database, name, [{ name, type: 'long' }]);
    expect(catalog.tables.get('D', name).columns[0]?.name).toBe(name);
  });
});
