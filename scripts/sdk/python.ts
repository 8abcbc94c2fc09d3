import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers, cached, mustRun } from './prepare.ts';

const REQUIREMENTS = join(
  import.meta.dirname,
  '..',
  '..',
  'tests',
  'sdk',
  'python',
  'requirements.txt',
);

/** The interpreter of an environment with the SDKs for Python, from PyPI; or why there can be none. */
export function pythonWithSdk(): { readonly python: string } | { readonly missing: string } {
  const windows = process.platform === 'win32';
  const system = windows ? 'python' : 'python3';
  if (!answers(system, '-c', 'import venv, ensurepip'))
    return { missing: `${system} with its venv module is not installed` };
  const folder = cached('python', readFileSync(REQUIREMENTS, 'utf8'), (environment) => {
    mustRun(system, ['-m', 'venv', environment]);
    mustRun(interpreter(environment), ['-m', 'pip', 'install', '--quiet', '-r', REQUIREMENTS]);
  });
  return { python: interpreter(folder) };
}

function interpreter(environment: string): string {
  return process.platform === 'win32'
    ? join(environment, 'Scripts', 'python.exe')
    : join(environment, 'bin', 'python');
}
