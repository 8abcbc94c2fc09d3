import { serve as serveHost } from '../headless.ts';
import { ALLOW_OPTIONS, allowed } from './allow.ts';
import type { CliCommand } from './command.ts';
import { openHost, RENDERER, STDERR_LOGGER } from './open-host.ts';
import { readArguments, UsageError } from './usage.ts';

const MAX_PORT = 65_535;

/** Runs until it gets SIGINT or SIGTERM. The first line on stdout is
 * `{"url", "open", "clientUrl", "token", "pid"}`: `url` is the base of the Kusto endpoint, `open` the address for a
 * browser and `clientUrl` the one for clients that send no token, both with the token in it. */
export const serve: CliCommand = async (argv) => {
  const { values, positionals } = readArguments(argv, {
    data: { type: 'string' },
    port: { type: 'string', default: '0' },
    auth: { type: 'string', default: 'token' },
    ...ALLOW_OPTIONS,
  });
  if (positionals.length > 0) throw new UsageError('serve takes no file.');
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT)
    throw new UsageError(`--port ${values.port} is no port number.`);
  if (values.auth !== 'token' && values.auth !== 'none')
    throw new UsageError('--auth is either token or none.');
  const host = openHost('owner', values.data, allowed(values));
  try {
    const face = await serveHost({
      host,
      port,
      auth: values.auth,
      renderer: RENDERER,
      logger: STDERR_LOGGER,
    });
    const { url, endpoint, clientUrl, token } = face;
    process.stdout.write(
      `${JSON.stringify({ url: endpoint, open: url, clientUrl, token, pid: process.pid })}\n`,
    );
    await signalled();
    await face.close();
  } finally {
    await host.close();
  }
  return 0;
};

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
