import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SyncedFile } from '../catalog/synced-files-store.ts';
import type { SyncEntry } from './sync-entry.ts';

/** Takes a copy that can't be read out of the mirror, for somebody to look at. It comes back when the store has another version. */
export async function setAside(entry: SyncEntry, file: SyncedFile, why: string): Promise<void> {
  const path = join(entry.aside, ...file.path.split('/'));
  await mkdir(dirname(path), { recursive: true });
  await rename(entry.pathOf(file), path);
  entry.put({
    ...file,
    mirrored: null,
    failed: file.etag,
    message: `${why} It was set aside as ${path} and is left out until it changes in the store.`,
  });
}

const MAGIC = 'PAR1';

/** Why a mirrored file can't be what its name says; undefined if it may be. Looks at the ends of Parquet files. */
export async function damageOf(path: string): Promise<string | undefined> {
  if (!path.toLowerCase().endsWith('.parquet')) return undefined;
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const ends = Buffer.alloc(8);
    if (size >= 12) {
      await handle.read(ends, 0, 4, 0);
      await handle.read(ends, 4, 4, size - 4);
    }
    return ends.toString('latin1') === MAGIC + MAGIC
      ? undefined
      : 'It is no whole Parquet file: the marks at its ends are missing.';
  } finally {
    await handle.close();
  }
}
