import type {
  ExternalFiles,
  ExternalTable,
  Partition,
  PathPart,
} from '../../../common/contract/external.ts';
import { formatName } from '../../../common/contract/ingest.ts';
import { AppError, spanOf } from '../../../common/errors/app-error.ts';
import { type Column, kqlTypeOf } from '../../../common/types/kql-type.ts';
import { unixMillisOfTicks } from '../../../common/types/ticks.ts';
import { parseDatetime, parseTimespan } from '../../../common/types/time-text.ts';
import type { Token, Tokens } from './tokens.ts';

export interface ParsedDefinition {
  readonly table: ExternalTable;
  /** Of `with (…)`: what asks for more than the definition. */
  readonly asks: {
    readonly dryRun: boolean;
    readonly sampleUris: boolean;
    readonly filesPreview: boolean;
    readonly validateNotEmpty: boolean;
  };
}

const KINDS_LATER: Readonly<Record<string, string>> = {
  sql: 'external tables in SQL databases (kind=sql)',
  iceberg: 'external tables over Iceberg tables (kind=iceberg)',
};

/**
 * What stands behind the name of an external table, and behind `inline_external_table` (page "Create and alter
 * Azure Storage external tables"). Kusto.Language reads this grammar too, but gives its nested lists flat.
 */
export function parseDefinition(tokens: Tokens): ParsedDefinition {
  const columns = tokens.peek().text === '(' ? tokens.list(() => schemaColumn(tokens)) : [];
  tokens.expect('kind');
  tokens.expect('=');
  const kind = tokens.word('storage');
  const name = kind.text.toLowerCase();
  const later = KINDS_LATER[name];
  if (later) throw unsupported(tokens, kind, `not implemented in Calypso: ${later}`);
  if (name === 'delta') return deltaDefinition(tokens, columns);
  if (!['storage', 'blob', 'adl'].includes(name)) tokens.fail(kind, 'Expected: storage or delta');
  if (columns.length === 0) tokens.fail(kind, 'Expected: the columns in brackets before kind');
  const partitions = partitionsOf(tokens, columns);
  const pathFormat = pathFormatOf(tokens, partitions);
  tokens.expect('dataformat');
  tokens.expect('=');
  const formatToken = tokens.next();
  const format = formatName.safeParse(formatToken.text.toLowerCase());
  if (!format.success)
    throw unsupported(
      tokens,
      formatToken,
      `not implemented in Calypso: dataformat=${formatToken.text}`,
    );
  const uris = urisOf(tokens);
  const properties = new Properties(tokens);
  return defined(properties, {
    uris,
    format: format.data,
    headers: headersOf(tokens, properties.token('includeheaders')),
    columns,
    partitions,
    pathFormat,
  });
}

/**
 * `kind=delta (path)` (page "Create and alter Azure Storage delta external tables"). The log tells formats, partitions
 * and, where none are given, columns. Kusto reads the latest version only; `version` and `timestamp` are Calypso's.
 */
function deltaDefinition(tokens: Tokens, columns: Column[]): ParsedDefinition {
  const uris = urisOf(tokens);
  const properties = new Properties(tokens);
  const version = properties.token('version');
  if (version && !/^\d+$/.test(version.text)) tokens.fail(version, 'Expected: a number');
  const moment = properties.token('timestamp');
  const ticks = moment && parseDatetime(moment.text);
  if (moment && ticks === undefined) tokens.fail(moment, 'Expected: a moment, in quotes');
  return defined(properties, {
    uris,
    format: 'parquet',
    headers: 'none',
    columns,
    partitions: [],
    pathFormat: [],
    delta: {
      partitionColumns: [],
      ...(version ? { version: Number(version.text) } : {}),
      ...(typeof ticks === 'bigint' ? { at: unixMillisOfTicks(ticks) } : {}),
    },
  });
}

function urisOf(tokens: Tokens): string[] {
  const uris = tokens.list(() => tokens.string('a path').text);
  if (uris.length === 0) tokens.fail(tokens.peek(), 'Expected: at least one path');
  return uris;
}

function defined(properties: Properties, files: ExternalFiles): ParsedDefinition {
  const offline = properties.token('whenoffline');
  const whenOffline = offline && OFFLINE[offline.text.toLowerCase()];
  if (offline && !whenOffline) properties.tokens.fail(offline, 'Expected: error or cached');
  const { namePrefix, fileExtension, compressionType, encoding } = {
    namePrefix: properties.text('nameprefix'),
    fileExtension: properties.text('fileextension'),
    compressionType: properties.text('compressiontype'),
    encoding: properties.text('encoding'),
  };
  return {
    table: {
      files: {
        ...files,
        ...(namePrefix ? { namePrefix } : {}),
        ...(fileExtension ? { fileExtension } : {}),
        ...(whenOffline ? { whenOffline } : {}),
      },
      folder: properties.text('folder') ?? '',
      docstring: properties.text('docstring') ?? '',
      writing: {
        compressed: properties.flag('compressed'),
        ...(compressionType ? { compressionType } : {}),
        ...(encoding ? { encoding } : {}),
      },
      mappings: [],
    },
    asks: {
      dryRun: properties.flag('dryrun'),
      sampleUris: properties.flag('sampleuris'),
      filesPreview: properties.flag('filespreview'),
      validateNotEmpty: properties.flag('validatenotempty'),
    },
  };
}

const OFFLINE: Readonly<Record<string, 'error' | 'cached'>> = { error: 'error', cached: 'cached' };

function unsupported(tokens: Tokens, token: Token, message: string): AppError {
  return new AppError('unsupported', 'not_implemented', message, {
    span: spanOf(tokens.text, token.start, Math.max(1, token.length)),
  });
}

function schemaColumn(tokens: Tokens): Column {
  const name = tokens.name('a column');
  tokens.expect(':');
  const token = tokens.word('a type');
  const type = kqlTypeOf(token.text);
  return type
    ? { name: name.text, type }
    : tokens.fail(token, `There is no type named ${token.text}.`);
}

const TRUNCATIONS = ['startofday', 'startofweek', 'startofmonth', 'startofyear'] as const;

function partitionsOf(tokens: Tokens, columns: readonly Column[]): Partition[] {
  if (!tokens.skip('partition')) return [];
  tokens.expect('by');
  return tokens.list(() => partitionOf(tokens, columns));
}

function partitionOf(tokens: Tokens, columns: readonly Column[]): Partition {
  const name = tokens.name('a partition').text;
  tokens.expect(':');
  const typeToken = tokens.word('a type');
  const type = kqlTypeOf(typeToken.text);
  if (type !== 'string' && type !== 'long' && type !== 'datetime')
    return tokens.fail(typeToken, 'A partition is a string, a long or a datetime.');
  if (!tokens.skip('=')) return { name, type };
  const column = (): string => {
    const token = tokens.name('a column');
    const known = columns.find((c) => c.name === token.text);
    if (!known) tokens.fail(token, `The table has no column ${token.text}.`);
    return token.text;
  };
  const word = tokens.peek();
  const truncation = TRUNCATIONS.find((t) => t === word.text.toLowerCase());
  if (type === 'datetime' && truncation) {
    tokens.next();
    tokens.expect('(');
    const source = { column: column(), function: truncation };
    tokens.expect(')');
    return { name, type, source };
  }
  if (type === 'datetime' && tokens.skip('bin')) {
    tokens.expect('(');
    const source = column();
    tokens.expect(',');
    const size = tokens.next();
    const ticks = parseTimespan(size.text);
    if (ticks === undefined || ticks === null || ticks <= 0n)
      return tokens.fail(size, 'Expected: a timespan, such as 1d');
    tokens.expect(')');
    return { name, type, source: { column: source, function: 'bin', argument: ticks.toString() } };
  }
  if (type === 'long' && tokens.skip('hash')) {
    tokens.expect('(');
    const source = column();
    tokens.expect(',');
    const modulus = tokens.word('a number');
    if (!/^\d+$/.test(modulus.text)) tokens.fail(modulus, 'Expected: a number');
    tokens.expect(')');
    return { name, type, source: { column: source, function: 'hash', argument: modulus.text } };
  }
  if (type === 'string') return { name, type, source: { column: column(), function: 'identity' } };
  return tokens.fail(
    word,
    type === 'long'
      ? 'Expected: hash(column, number)'
      : 'Expected: bin, startofday, startofweek, startofmonth or startofyear of a column',
  );
}

function pathFormatOf(tokens: Tokens, partitions: readonly Partition[]): PathPart[] {
  if (!tokens.skip('pathformat')) return [];
  tokens.expect('=');
  tokens.expect('(');
  const parts: PathPart[] = [];
  const partition = (): Token => {
    const token = tokens.name('a partition');
    return partitions.some((p) => p.name === token.text)
      ? token
      : tokens.fail(token, `There is no partition ${token.text}.`);
  };
  while (!tokens.skip(')')) {
    const token = tokens.peek();
    if (token.kind === 'string') {
      tokens.next();
      parts.push({ kind: 'text', text: token.text });
    } else if (tokens.skip('datetime_pattern')) {
      tokens.expect('(');
      const pattern = tokens.string('a format').text;
      tokens.expect(',');
      const named = partition();
      if (partitions.find((p) => p.name === named.text)?.type !== 'datetime')
        tokens.fail(named, `${named.text} is no datetime.`);
      parts.push({ kind: 'datetime', name: named.text, pattern });
      tokens.expect(')');
    } else {
      const before = parts.at(-1);
      const named = partition();
      if (before !== undefined && before.kind !== 'text')
        tokens.fail(named, 'Two partitions need a text between them.');
      parts.push({ kind: 'partition', name: named.text });
    }
  }
  return parts;
}

const HEADERS: Readonly<Record<string, 'all' | 'first' | 'none'>> = {
  all: 'all',
  firstfile: 'first',
  none: 'none',
};

function headersOf(tokens: Tokens, token: Token | undefined): 'all' | 'first' | 'none' {
  if (token === undefined) return 'none';
  return (
    HEADERS[token.text.toLowerCase()] ?? tokens.fail(token, 'Expected: All, FirstFile or None')
  );
}

/** `with (name = value, …)`; names don't heed case. */
class Properties {
  readonly tokens: Tokens;
  readonly #values = new Map<string, Token>();

  constructor(tokens: Tokens) {
    this.tokens = tokens;
    if (!tokens.skip('with')) return;
    tokens.list(() => {
      const name = tokens.name('a property').text.toLowerCase();
      tokens.expect('=');
      const value = tokens.next();
      if (value.kind === 'sign' || value.kind === 'end') tokens.fail(value, 'Expected: a value');
      this.#values.set(name, value);
    });
  }

  token(name: string): Token | undefined {
    return this.#values.get(name);
  }

  text(name: string): string | undefined {
    return this.#values.get(name)?.text;
  }

  flag(name: string): boolean {
    return this.text(name)?.toLowerCase() === 'true';
  }
}
