import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The command line itself is wrong: exit status 2. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;

/** Reads a command's arguments; anything unknown is a UsageError. */
export function readArguments<const O extends Options>(argv: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

export const HELP = `Calypso: KQL over the data on this machine.

  calypso query "KQL" [--load NAME=FILE]… [--data DIR] [--db NAME]
                [--format table|csv|json|ndjson|arrow|parquet] [--out FILE]
                [--allow-python] [--python INTERPRETER] [--allow-http HOST]…
      Answers a query. --load makes a file a table for this query; NAME=- is standard input. The plugins python and http_request do
      nothing unless they are allowed, here or in the settings.

  calypso ingest --table NAME FILE|GLOB|FOLDER… [--format F] [--mapping M]
                [--data DIR] [--db NAME] [--on-bad-cell widen|keep|stop] [--tag T]…
      Takes files into a table. A file - is standard input, until it ends.

  calypso tail SOURCE [--format F] [--table NAME] [--from earliest|latest|TIME]
                [--query "KQL"] [--data DIR] [--db NAME]
      Follows a source into a table and prints the rows as they come, or what the KQL makes of them. Each record
      is stored once; the next time it goes on where it ended. Sources:
        kafka://HOST:PORT/TOPIC            mqtt://[USER:PASSWORD@]HOST:PORT/TOPIC (mqtts:// for TLS)
        file:PATH (as tail -F does)        folder:PATH (each finished file once)
        syslog:PORT (UDP and TCP)          http:PORT (posts of JSON, CSV and OTLP logs)

  calypso serve [--data DIR] [--port N] [--auth token|none]
                [--allow-python] [--python INTERPRETER] [--allow-http HOST]…
      Serves the screen and the Kusto endpoint on 127.0.0.1; prints their address as one line of JSON.

  calypso config export [FILE] [--data DIR]
  calypso config import FILE [--dry-run] [--data DIR]
      Streams, syncs, pipelines, alerts and external tables as a file without secrets, and back. --dry-run tells
      what would change. Secrets are taken from the environment variables that the file names, or asked for.

  calypso coverage [--json|--markdown]
      What of KQL works, what is meaningless on a desk, and what is missing.

Exit status: 0 done, 1 the query or the data is at fault, 2 wrong usage.
`;
