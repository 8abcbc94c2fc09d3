import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { extent } from '../../common/contract/store.ts';
import { column } from '../../common/contract/values.ts';
import { savedQuery } from '../../common/contract/workspace.ts';
import type { Catalog } from './catalog/catalog.ts';

export const SAMPLES_DATABASE = 'Samples';
export const DEFAULT_DATABASE = 'Local';

const MANIFEST = 'manifest.json';
const QUERIES = 'queries.json';
const SETTING = 'host.samples';

/** What `scripts/make-sample.ts` found out about the files, so that registering them opens none. */
export const sampleManifest = z.object({
  /** Changes with the files. */
  version: z.string(),
  tables: z.array(
    z.object({
      name: z.string(),
      docstring: z.string(),
      columns: z.array(column),
      /** Paths are relative to the manifest. */
      extents: z.array(extent),
    }),
  ),
});
export type SampleManifest = z.infer<typeof sampleManifest>;

const registered = z.object({ folder: z.string(), version: z.string() });

/**
 * Makes the default database, and the read-only `Samples` over the shipped files. The files are registered
 * where they are, and again when the program has moved or brings others. Saved queries are put in once:
 * those that somebody removed stay removed.
 */
export function prepareDatabases(catalog: Catalog, samples: URL | undefined): void {
  if (!catalog.databases.find(DEFAULT_DATABASE))
    catalog.change(() => catalog.databases.create(DEFAULT_DATABASE));
  if (!samples) return;
  const folder = fileURLToPath(samples);
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) return;
  const manifest = sampleManifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  const before = registered.safeParse(catalog.settings.all()[SETTING]).data;
  if (before?.folder === folder && before.version === manifest.version) return;
  catalog.change(() => {
    if (catalog.databases.find(SAMPLES_DATABASE)) catalog.databases.drop(SAMPLES_DATABASE);
    const database = catalog.databases.create(SAMPLES_DATABASE, { readOnly: true });
    for (const { name, docstring, columns, extents } of manifest.tables) {
      const table = catalog.tables.create(database, name, columns, { docstring });
      for (const item of extents)
        catalog.extents.insert(table, {
          extent: { ...item, path: join(folder, item.path) },
          owned: false,
        });
    }
    if (!before) {
      const queries = z.array(savedQuery).parse(readJson(join(folder, QUERIES)));
      for (const query of queries) catalog.savedQueries.save(query);
    }
    catalog.settings.set(SETTING, { folder, version: manifest.version });
  });
}

function readJson(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}
