import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listQueryFiles } from './query-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tracked-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('lists query files of a folder and those below it', async () => {
  await mkdir(join(folder, 'team', 'node_modules'), { recursive: true });
  for (const name of ['b.kql', 'a 10.csl', 'a 2.csl', 'notes.txt', 'team/c.kusto'])
    await writeFile(join(folder, name), 'print 1');
  await writeFile(join(folder, 'team', 'node_modules', 'no.kql'), '');
  await symlink(folder, join(folder, 'team', 'round'));
  const { files, more } = await listQueryFiles(folder);
  expect(files.map((f) => f.name)).toEqual(['a 2.csl', 'a 10.csl', 'b.kql', 'team/c.kusto']);
  expect(files[3]?.path).toBe(join(folder, 'team', 'c.kusto'));
  expect(more).toBe(false);
});

it('names a folder that is not there', async () => {
  const path = join(folder, 'gone');
  await expect(listQueryFiles(path)).rejects.toThrow(`${path}: There is no such file or folder.`);
});
