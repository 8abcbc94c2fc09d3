import { basename, extname, resolve } from 'node:path';
import {
  type StreamDefinition,
  type StreamFormat,
  streamFormat,
  streamSource,
} from '../../common/contract/stream.ts';
import { UsageError } from './usage.ts';

export interface AddressedSource {
  readonly source: StreamDefinition['source'];
  readonly format: StreamFormat;
  /** What its table is called by default. */
  readonly name: string;
  /** A password that the address holds. */
  readonly secret?: string;
}

const FORMS = `kafka://HOST:PORT/TOPIC, file:PATH, folder:PATH, syslog:PORT, http:PORT, mqtt://HOST:PORT/TOPIC`;

/** A source as one argument. Throws UsageError for what is none. */
export function sourceAt(address: string, format: string | undefined): AddressedSource {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.+)$/.exec(address) ?? [];
  const read = Object.hasOwn(READERS, scheme) ? READERS[scheme] : undefined;
  if (!read) throw new UsageError(`${address} is no source. Write one of ${FORMS}.`);
  const found = read(rest, scheme);
  const source = streamSource.safeParse(found.source);
  if (!source.success)
    throw new UsageError(
      `${address}: ${source.error.issues.map((issue) => issue.message).join('; ')}.`,
    );
  return { ...found, source: source.data, format: formatOf(format) ?? found.format };
}

interface Read {
  readonly source: unknown;
  readonly format: StreamFormat;
  readonly name: string;
  readonly secret?: string;
}

const READERS: Readonly<Record<string, (rest: string, scheme: string) => Read>> = {
  kafka: (rest) => {
    const [, brokers = '', topics = ''] = /^\/\/([^/]+)\/(.+)$/.exec(rest) ?? [];
    if (topics === '') throw new UsageError('Write kafka://HOST:PORT/TOPIC.');
    const names = topics.split(',');
    return {
      source: { kind: 'kafka', cluster: { brokers: brokers.split(',') }, topics: names },
      format: 'json',
      name: names[0] ?? topics,
    };
  },
  file: (rest) => {
    const path = plainPath(rest);
    const format = FORMATS[extname(path.replace(/\.(gz|zst)$/, ''))] ?? 'txt';
    const layout = format === 'csv' || format === 'tsv' ? 'header' : 'lines';
    return { source: { kind: 'file', paths: [path], layout }, format, name: nameOf(path) };
  },
  folder: (rest) => {
    const path = plainPath(rest);
    return { source: { kind: 'folder', paths: [path] }, format: 'json', name: nameOf(path) };
  },
  syslog: (rest) => listener('syslog', 'Syslog', rest),
  http: (rest) => listener('http-listener', 'OTELLogs', rest),
  mqtt: broker,
  mqtts: broker,
};

const FORMATS: Readonly<Record<string, StreamFormat>> = {
  '.json': 'json',
  '.jsonl': 'json',
  '.ndjson': 'json',
  '.csv': 'csv',
  '.tsv': 'tsv',
};

function plainPath(rest: string): string {
  return resolve(rest.replace(/^\/\/(?=\/)/, ''));
}

const nameOf = (path: string): string =>
  basename(path).replace(/[^\p{L}\p{N}_-].*$/u, '') || 'Lines';

function listener(kind: string, name: string, rest: string): Read {
  const port = /^(?:\/\/(?:127\.0\.0\.1|localhost))?:?(\d+)\/?$/.exec(rest)?.[1];
  if (port === undefined)
    throw new UsageError(`Write ${kind === 'syslog' ? 'syslog:5514' : 'http:4318'}.`);
  return { source: { kind, port: Number(port) }, format: 'json', name };
}

/** `mqtt://user:password@host:port/topic,topic`; what `+` and `#` mean in a filter they mean here. */
function broker(rest: string, scheme: string): Read {
  const match = /^\/\/(?:([^:@/]+)(?::([^@/]*))?@)?([^@/]+)\/(.+)$/.exec(rest);
  const [, username, secret, host = '', topics = ''] = match ?? [];
  if (!match) throw new UsageError(`Write ${scheme}://HOST:PORT/TOPIC.`);
  const names = topics.split(',');
  return {
    source: {
      kind: 'mqtt',
      url: `${scheme}://${host}`,
      topics: names,
      ...(username === undefined ? {} : { username: decodeURIComponent(username) }),
    },
    format: 'json',
    name: names[0]?.split('/').find((level) => /^[\p{L}\p{N}_-]+$/u.test(level)) ?? 'Messages',
    ...(secret === undefined ? {} : { secret: decodeURIComponent(secret) }),
  };
}

function formatOf(text: string | undefined): StreamFormat | undefined {
  if (text === undefined) return undefined;
  const parsed = streamFormat.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--format ${text}: write one of ${streamFormat.options.join(', ')}.`);
}
