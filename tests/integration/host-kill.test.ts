import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Catalog } from '../../main/host/catalog/catalog.ts';
import { dataFolder } from '../../main/host/catalog/data-folder.ts';

const PROGRAM = fileURLToPath(new URL('programs/commit-for-ever.ts', import.meta.url));
const ROUNDS = 12;

let root: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kill-test-'));
});

afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

/** Runs the program and kills it when it has said `commits` numbers and some time has passed. */
async function runAndKill(commits: number, delayMs: number): Promise<number> {
  const program = spawn(process.execPath, [PROGRAM, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = program;
  let said = '';
  const killed = new Promise<void>((resolve) => program.once('exit', () => resolve()));
  program.stdout.on('data', (chunk: Buffer) => {
    const before = said.split('\n').length;
    said += chunk.toString();
    if (before <= commits && said.split('\n').length > commits)
      setTimeout(() => program.kill('SIGKILL'), delayMs);
  });
  await killed;
  return Number(said.trim().split('\n').at(-1));
}

it('kill -9 at any moment leaves the last commit intact and nothing doubled', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const acknowledged = await runAndKill(1 + (round % 4), (round * 7) % 23);
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
