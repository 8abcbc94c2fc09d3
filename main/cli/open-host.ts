import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultDataFolder } from '../host/catalog/data-folder.ts';
import { createHost, type Host, type HostOptions } from '../host/host.ts';
import { type Logger, SILENT } from '../host/logger.ts';

const ROOT = new URL('../../', import.meta.url);
export const RENDERER = new URL('dist/renderer/', ROOT);

/** Says on stderr what goes wrong in the host, and more with CALYPSO_LOG=debug. */
export const STDERR_LOGGER: Logger = {
  debug: (message) => {
    if (process.env.CALYPSO_LOG === 'debug') process.stderr.write(`${message}\n`);
  },
  error: (message, cause) => {
    const reason = cause instanceof Error ? `: ${cause.message}` : '';
    process.stderr.write(`${message}${reason}\n`);
  },
};

export function openHost(
  mode: 'owner' | 'reader',
  data: string | undefined,
  options: Pick<HostOptions, 'lazy' | 'allow'> = {},
): Host {
  const samples = new URL('samples/', ROOT);
  return createHost({
    dataFolder: data === undefined ? defaultDataFolder() : resolve(data),
    mode,
    ...options,
    version: version(),
    logger: process.env.CALYPSO_LOG === 'debug' ? STDERR_LOGGER : SILENT,
    ...(existsSync(fileURLToPath(samples)) ? { samples } : {}),
  });
}

function version(): string {
  const text = readFileSync(new URL('package.json', ROOT), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
