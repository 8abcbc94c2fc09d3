import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Catalog } from '../../../main/host/catalog/catalog.ts';
import { dataFolder } from '../../../main/host/catalog/data-folder.ts';
import { Snapshots } from '../../../main/host/catalog/snapshots.ts';
import { Schema } from '../../../main/host/schema.ts';
import { TableWriter } from '../../../main/host/table-writer.ts';

/** Commits one extent after the other, each with the next position of its source, until it is killed. */
const folder = dataFolder(process.argv[2] ?? '');
const catalog = Catalog.open({ folder, mode: 'owner' });
const writer = new TableWriter(
  folder,
  catalog,
  new Snapshots(() => {}),
  new Schema(catalog),
  () => {},
);
const database = catalog.databases.find('D') ?? catalog.change(() => catalog.databases.create('D'));
const start = Number(catalog.positions.ofSource('s')[0]?.position ?? 0);
for (let n = start + 1; ; n++) {
  await writer.staged(async (staging) => {
    const extents = ['x', 'y'].map((part) => {
      const extentId = randomUUID();
      const path = join(staging, `${extentId}.parquet`);
      writeFileSync(path, `${n}${part}`);
      return {
        extentId,
        path,
        reader: { kind: 'parquet' as const },
        rowCount: n,
        sizeBytes: 1,
        columns: [],
        ranges: [],
        ingestedAt: '0',
        tags: [],
      };
    });
    // Every third commit takes the place of all before it, so that files are deleted too.
    const replaces = n % 3 === 0 ? { replaces: 'all' as const } : {};
    await writer.commit(
      [{ database, table: 'T', columns: [], extents, owned: true, ...replaces }],
      [{ source: 's', part: '0', position: String(n) }],
    );
  });
  process.stdout.write(`${n}\n`);
}
