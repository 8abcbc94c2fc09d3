import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { ConfigChange, NeededSecret } from '../../common/contract/config.ts';
import type { CliCommand } from './command.ts';
import { interruptible } from './interrupt.ts';
import { openHost } from './open-host.ts';
import { readArguments, UsageError } from './usage.ts';

const FAILED = 1;

/** `config export [FILE]`, `config import FILE [--dry-run]` */
export const config: CliCommand = async (argv) => {
  const { values, positionals } = readArguments(argv, {
    data: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
  });
  const [verb, file, ...others] = positionals;
  if (others.length > 0) throw new UsageError('Name one file.');
  if (verb === 'export') return exportTo(values.data, file);
  if (verb !== 'import') throw new UsageError('Write config export [FILE] or config import FILE.');
  if (file === undefined) throw new UsageError('Name the file to import.');
  return importFrom(values.data, file, values['dry-run']);
};

const context = (signal: AbortSignal) => ({ signal, emit: () => {} });

async function exportTo(data: string | undefined, file: string | undefined): Promise<number> {
  const host = openHost('reader', data, { lazy: true });
  try {
    const { text, secrets } = await host.handlers['config.export'](
      {},
      context(new AbortController().signal),
    );
    if (file === undefined) process.stdout.write(text);
    else writeFileSync(file, text);
    for (const secret of secrets)
      process.stderr.write(`${secret.name} has to hold the secret of ${secret.for}.\n`);
    return 0;
  } finally {
    await host.close();
  }
}

async function importFrom(
  data: string | undefined,
  file: string,
  dryRun: boolean,
): Promise<number> {
  const text = readFileSync(file, 'utf8');
  const host = openHost(dryRun ? 'reader' : 'owner', data, { lazy: true });
  try {
    return await interruptible(async (signal) => {
      const run = host.handlers['config.import'];
      const plan = await run({ text, dryRun: true, secrets: {} }, context(signal));
      if (dryRun) {
        tell(plan.changes, 'would be');
        for (const { name, for: what, held } of plan.secrets)
          if (!held && process.env[name] === undefined)
            process.stdout.write(`needed: ${name}, the secret of ${what}\n`);
        return 0;
      }
      const secrets = await collect(plan.secrets, signal);
      const { changes } = await run({ text, dryRun: false, secrets }, context(signal));
      tell(changes, 'was');
      return changes.some(({ problem }) => problem !== '') ? FAILED : 0;
    });
  } finally {
    await host.close();
  }
}

const DONE = { create: 'made', change: 'changed', same: 'as it is' };

function tell(changes: readonly ConfigChange[], verb: string): void {
  for (const { kind, database, name, action, differences, problem } of changes) {
    const what = `${kind} ${database === '' ? '' : `${database}.`}${name}`;
    if (problem !== '') process.stdout.write(`failed: ${what}: ${problem}\n`);
    else if (action === 'same') process.stdout.write(`${what}: ${DONE.same}\n`);
    else {
      const which = differences.length > 0 ? ` (${differences.join(', ')})` : '';
      process.stdout.write(`${what}: ${verb} ${DONE[action]}${which}\n`);
    }
  }
}

/** From the environment; a person at a terminal is asked for what is missing. */
async function collect(
  needed: readonly NeededSecret[],
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const { name, for: what, held } of needed) {
    const value = process.env[name];
    if (value !== undefined) secrets[name] = value;
    else if (!held && process.stdin.isTTY) secrets[name] = await ask(name, what, signal);
  }
  return secrets;
}

/** What is typed isn't shown. */
async function ask(name: string, what: string, signal: AbortSignal): Promise<string> {
  process.stderr.write(`${name}, the secret of ${what}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await terminal.question('', { signal });
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
