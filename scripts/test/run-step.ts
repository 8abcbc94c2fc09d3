import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Counts, NOTHING, readPlaywright, readVitest, withStatus } from './counts.ts';

const root = join(import.meta.dirname, '..', '..');
const BIN = join(root, 'node_modules', '.bin');

/** Runs a tool of the project; its output is shown as it comes. Resolves to the exit status. */
function run(tool: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const windows = process.platform === 'win32';
  const command = tool === 'node' ? process.execPath : join(BIN, windows ? `${tool}.cmd` : tool);
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
    shell: windows && tool !== 'node',
  });
  if (result.error) console.error(result.error.message);
  return result.status ?? 1;
}

/** A tool that only says yes or no counts as one test. */
export function check(tool: string, args: readonly string[]): Counts {
  return run(tool, args) === 0 ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 };
}

export function vitest(project: string, args: readonly string[]): Counts {
  return withReport(readVitest, (report) =>
    run('vitest', [
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ]),
  );
}

export function playwright(
  project: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Counts {
  return withReport(readPlaywright, (report) =>
    run('playwright', ['test', `--project=${project}`, ...args], {
      ...env,
      CALYPSO_REPORT: report,
    }),
  );
}

function withReport(read: (text: string) => Counts, act: (report: string) => number): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'calypso-test-'));
  const report = join(folder, 'report.json');
  try {
    const status = act(report);
    const counts = existsSync(report) ? read(readFileSync(report, 'utf8')) : NOTHING;
    return withStatus(counts, status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
