import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Catalog } from '../../main/host/catalog/catalog.ts';
import { dataFolder } from '../../main/host/catalog/data-folder.ts';
import { killAll, runAndKill } from '../support/kill.ts';

const PROGRAM = fileURLToPath(new URL('programs/commit-for-ever.ts', import.meta.url));
const ROUNDS = 12;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kill-test-'));
});

afterEach(() => {
  killAll();
  rmSync(root, { recursive: true, force: true });
});

it('kill -9 at any moment leaves the last commit intact and nothing doubled', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const moment = { lines: 1 + (round % 4), delayMs: (round * 7) % 23 };
    const acknowledged = Number((await runAndKill(PROGRAM, [root], moment)).at(-1));
    const folder = dataFolder(root);
    const catalog = Catalog.open({ folder, mode: 'owner' });
    try {
      const position = Number(catalog.positions.ofSource('s')[0]?.position);
      // What was acknowledged is there; a commit that was under way is there whole or not at all.
      expect([acknowledged, acknowledged + 1]).toContain(position);
      const extents = catalog.extents.ofTable(catalog.tables.get('D', 'T').id);
      const first = position - (position % 3) || 1;
      const wanted: string[] = [];
      for (let n = first; n <= position; n++) wanted.push(`${n}x`, `${n}y`);
      expect(extents.map((extent) => readFileSync(extent.path, 'utf8'))).toEqual(wanted);
      const files = readdirSync(join(folder.extents, 'D', 'T'));
      expect(files.sort()).toEqual(extents.map((e) => `${e.extentId}.parquet`).sort());
      expect(readdirSync(folder.staging)).toEqual([]);
    } finally {
      catalog.close();
    }
    expect(existsSync(join(root, 'catalog.sqlite'))).toBe(true);
  }
});
