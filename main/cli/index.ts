import { enableCompileCache } from 'node:module';
import { asAppError } from '../../common/errors/app-error.ts';
import type { CliCommand } from './command.ts';
import { UsageError } from './usage.ts';

enableCompileCache?.();

/** One line per command. Each is loaded only when it is asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<CliCommand>>> = {
  query: async () => (await import('./query.ts')).query,
  ingest: async () => (await import('./ingest.ts')).ingest,
  tail: async () => (await import('./tail.ts')).tail,
  serve: async () => (await import('./serve.ts')).serve,
  config: async () => (await import('./config.ts')).config,
  coverage: async () => (await import('./coverage.ts')).coverage,
};

const EXIT = { done: 0, fault: 1, usage: 2 } as const;

async function run(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const { HELP } = await import('./usage.ts');
    process.stdout.write(HELP);
    return EXIT.done;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) throw new UsageError(`There is no command named ${name}.`);
  const command = await load();
  return command(rest);
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nTry: calypso --help\n`);
    process.exitCode = EXIT.usage;
  } else {
    const { errorText } = await import('./error-text.ts');
    process.stderr.write(errorText(asAppError(error)));
    process.exitCode = EXIT.fault;
  }
}
