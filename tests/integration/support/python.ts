import { execFile } from 'node:child_process';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PLACE = fileURLToPath(new URL('../../../.cache/python-plugin', import.meta.url));
const WINDOWS = process.platform === 'win32';
const interpreterIn = (folder: string): string =>
  WINDOWS ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

export type TestPython = { readonly interpreter: string } | { readonly missing: string };

/**
 * An interpreter with pandas and pyarrow: CALYPSO_TEST_PYTHON, the machine's own, or one in a virtual environment
 * that is made once.
 */
export async function testPython(): Promise<TestPython> {
  const given = process.env.CALYPSO_TEST_PYTHON;
  if (given) return { interpreter: given };
  const own = WINDOWS ? 'python' : 'python3';
  if (await works(own)) return { interpreter: own };
  const made = interpreterIn(PLACE);
  if (await works(made)) return { interpreter: made };
  // Made beside and moved into place: a second run must not find half of one.
  const beside = `${PLACE}-${process.pid}`;
  try {
    await mkdir(join(PLACE, '..'), { recursive: true });
    await run(own, ['-m', 'venv', beside]);
    await run(interpreterIn(beside), ['-m', 'pip', 'install', '--quiet', 'pandas', 'pyarrow']);
    await rm(PLACE, { recursive: true, force: true });
    await rename(beside, PLACE);
    await access(made);
    return { interpreter: made };
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    return { missing: (error as Error).message.split('\n')[0] ?? 'python' };
  }
}

async function works(interpreter: string): Promise<boolean> {
  return run(interpreter, ['-c', 'import pandas, pyarrow']).then(
    () => true,
    () => false,
  );
}
