import type { ExternalTable, Partition, PathPart } from '../../../common/contract/external.ts';
import { formatName } from '../../../common/contract/ingest.ts';
import { AppError, spanOf } from '../../../common/errors/app-error.ts';
import { type Column, kqlTypeOf } from '../../../common/types/kql-type.ts';
import { parseTimespan } from '../../../common/types/time-text.ts';
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
  delta: 'external tables over Delta tables (kind=delta)',
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
  if (!['storage', 'blob', 'adl'].includes(name)) tokens.fail(kind, 'Expected: storage');
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
  const uris = tokens.list(() => tokens.string('a path').text);
  if (uris.length === 0) tokens.fail(tokens.peek(), 'Expected: at least one path');
  const properties = propertiesOf(tokens);
  const text = (key: string): string | undefined => properties.get(key)?.text;
  const flag = (key: string): boolean => text(key)?.toLowerCase() === 'true';
  return {
    table: {
      files: {
        uris,
        format: format.data,
        headers: headersOf(tokens, properties.get('includeheaders')),
        columns,
        partitions,
        pathFormat,
        ...(text('nameprefix') ? { namePrefix: text('nameprefix') } : {}),
        ...(text('fileextension') ? { fileExtension: text('fileextension') } : {}),
      },
      folder: text('folder') ?? '',
      docstring: text('docstring') ?? '',
      writing: {
        compressed: flag('compressed'),
        ...(text('compressiontype') ? { compressionType: text('compressiontype') } : {}),
        ...(text('encoding') ? { encoding: text('encoding') } : {}),
      },
      mappings: [],
    },
    asks: {
      dryRun: flag('dryrun'),
      sampleUris: flag('sampleuris'),
      filesPreview: flag('filespreview'),
      validateNotEmpty: flag('validatenotempty'),
    },
  };
}

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

/** `with (name = value, …)`, names in lower case. */
function propertiesOf(tokens: Tokens): ReadonlyMap<string, Token> {
  const properties = new Map<string, Token>();
  if (!tokens.skip('with')) return properties;
  tokens.list(() => {
    const name = tokens.name('a property').text.toLowerCase();
    tokens.expect('=');
    const value = tokens.next();
    if (value.kind === 'sign' || value.kind === 'end') tokens.fail(value, 'Expected: a value');
    properties.set(name, value);
  });
  return properties;
}
