import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeBatch } from '../../../common/arrow/result-batch.ts';
import type { PythonPermission } from '../../../common/contract/permissions.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { printDynamic } from '../../kql/functions/value/dynamic.ts';
import type { PythonRequest } from '../../kql/plan/outside.ts';
import type { Row } from '../../kql/plan/plan.ts';
import { encode } from '../arrow.ts';
import { fromEngine, toEngine } from '../values.ts';
import { memoryOf } from './process-memory.ts';
import { PYTHON_RUNNER } from './python-runner.ts';

const BATCH_ROWS = 65_536;
const WATCH_MS = 200;
/** Characters of a script's own output that an error shows. */
const SHOWN_OUTPUT = 2_000;

/** What a script's environment is made of: nothing of ours, and no secret that a shell may hold. */
const ENVIRONMENT =
  /^(PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|USERPROFILE|APPDATA|LOCALAPPDATA|VIRTUAL_ENV|CONDA_\w+|PYTHON\w*|PYENV_\w+|LD_LIBRARY_PATH|DYLD_\w+|OMP_\w+|MKL_\w+|OPENBLAS_\w+)$/i;

/**
 * Runs a script in the user's own interpreter, in a process of its own. Rows go there and back as Arrow files in a
 * folder that is deleted at the end; the process is killed when it exceeds its limits, when the query is cancelled,
 * and when this one ends.
 */
export async function* runPython(
  request: PythonRequest,
  rows: AsyncIterable<readonly Row[]>,
  rules: PythonPermission,
  temporary: string,
  signal: AbortSignal,
): AsyncGenerator<readonly Row[]> {
  if (!rules.allowed)
    throw new AppError(
      'unsupported',
      'python_not_allowed',
      'The plugin python is off: a script may do whatever you may do on this machine.',
      { hints: ['Allow it in the settings, or start with --allow-python.'] },
    );
  await mkdir(temporary, { recursive: true });
  const folder = await mkdtemp(join(temporary, 'python-'));
  try {
    await writeInput(join(folder, 'input.arrow'), request.input, rows);
    await mkdir(join(folder, 'Temp'));
    await writeFile(join(folder, 'runner.py'), PYTHON_RUNNER);
    await writeFile(
      join(folder, 'request.json'),
      JSON.stringify({
        script: request.script,
        kargs: JSON.parse(printDynamic(request.kargs ?? {})),
        input: request.input,
        output: request.output,
        memory: rules.memoryLimitBytes,
      }),
    );
    await runInterpreter(folder, rules, signal);
    yield* readOutput(join(folder, 'output.arrow'), request.output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Several Arrow streams one after the other, the first with the schema even when there are no rows. */
async function writeInput(
  path: string,
  columns: readonly Column[],
  rows: AsyncIterable<readonly Row[]>,
): Promise<void> {
  const file = createWriteStream(path);
  const write = async (batch: readonly Row[]): Promise<void> => {
    const values = columns.map((c, i) => batch.map((row) => toEngine(row[i] ?? null, c.type)));
    if (!file.write(encode(columns, values))) await once(file, 'drain');
  };
  let pending: Row[] = [];
  let written = false;
  for await (const batch of rows) {
    for (const row of batch) pending.push(row);
    if (pending.length < BATCH_ROWS) continue;
    await write(pending);
    written = true;
    pending = [];
  }
  if (pending.length > 0 || !written) await write(pending);
  file.end();
  await once(file, 'close');
}

async function* readOutput(
  path: string,
  columns: readonly Column[],
): AsyncGenerator<readonly Row[]> {
  const batch = decodeBatch(await readFile(path));
  for (let start = 0; start < batch.rowCount; start += BATCH_ROWS) {
    const end = Math.min(batch.rowCount, start + BATCH_ROWS);
    const rows: Row[] = [];
    for (let r = start; r < end; r++)
      rows.push(columns.map((c, i) => fromEngine(batch.cell(r, i), c.type)));
    yield rows;
  }
}

async function runInterpreter(
  folder: string,
  rules: PythonPermission,
  signal: AbortSignal,
): Promise<void> {
  const command = rules.interpreter || (process.platform === 'win32' ? 'python' : 'python3');
  const child = spawn(command, ['-X', 'utf8', join(folder, 'runner.py')], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    // Its own group, so that what the script starts ends with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => ENVIRONMENT.test(name))),
  });
  let ended: AppError | undefined;
  const end = (error: AppError): void => {
    ended ??= error;
    kill(child);
  };
  const cancel = (): void => end(AppError.cancelled('The query'));
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  const clock = setTimeout(
    () => end(limitError(`ran longer than ${rules.timeLimitSeconds} seconds`)),
    rules.timeLimitSeconds * 1_000,
  );
  const watch = setInterval(() => {
    memoryOf(child.pid ?? 0)
      .then((bytes) => {
        if (bytes > rules.memoryLimitBytes) end(memoryError(rules));
      })
      .catch(() => undefined);
  }, WATCH_MS);
  const output = tail(child);
  try {
    const code = await exit(child, command);
    if (ended) throw ended;
    await report(folder, code, output(), rules);
  } finally {
    clearTimeout(clock);
    clearInterval(watch);
    signal.removeEventListener('abort', cancel);
    kill(child);
  }
}

function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function tail(child: ChildProcess): () => string {
  let text = '';
  const take = (piece: Buffer): void => {
    text = (text + piece.toString('utf8')).slice(-SHOWN_OUTPUT);
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  return () => text.trim();
}

function exit(child: ChildProcess, command: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new AppError(
          'source',
          'python_missing',
          cause.code === 'ENOENT'
            ? `There is no Python interpreter '${command}' on this machine.`
            : `The Python interpreter '${command}' can't be started: ${cause.message}.`,
          {
            hints: ['Name one that has pandas and pyarrow in the settings, or with --python PATH.'],
            cause,
          },
        ),
      ),
    );
    child.on('close', (code) => resolve(code));
  });
}

function limitError(what: string): AppError {
  return new AppError('resource', 'python_limit', `The Python script ${what}, and was ended.`, {
    hints: ['The limits of time and memory stand in the settings.'],
  });
}

const memoryError = (rules: PythonPermission): AppError =>
  limitError(`took more than ${Math.round(rules.memoryLimitBytes / 1e6)} MB of memory`);

interface Report {
  readonly kind: 'done' | 'missing' | 'memory' | 'script' | 'result';
  readonly message: string;
  readonly line?: number;
  readonly traceback?: string;
}

async function report(
  folder: string,
  code: number | null,
  output: string,
  rules: PythonPermission,
): Promise<void> {
  const text = await readFile(join(folder, 'report.json'), 'utf8').catch(() => '');
  const said: Report | undefined = text === '' ? undefined : (JSON.parse(text) as Report);
  const details = {
    ...(said?.traceback ? { traceback: said.traceback } : {}),
    ...(output ? { output } : {}),
  };
  switch (said?.kind) {
    case 'done':
      return;
    case 'missing':
      throw new AppError(
        'source',
        'python_packages',
        `The Python interpreter lacks a package: ${said.message}.`,
        {
          hints: ['The plugin needs pandas, numpy and pyarrow: pip install pandas pyarrow'],
        },
      );
    case 'memory':
      throw memoryError(rules);
    case 'script':
      throw new AppError(
        'semantic',
        'python_failed',
        `The Python script failed${said.line === undefined ? '' : ` in its line ${said.line}`}: ${said.message}`,
        { details },
      );
    case 'result':
      throw new AppError('semantic', 'python_result', said.message, { details });
    default:
      throw new AppError(
        'semantic',
        'python_failed',
        `The Python script ended the interpreter (status ${code}).`,
        { details },
      );
  }
}
