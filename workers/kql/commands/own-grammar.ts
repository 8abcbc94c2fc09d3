import type { Diagnostic } from '../../../common/contract/values.ts';
import { spanOf } from '../../../common/errors/app-error.ts';

/** A command that `OWN_COMMANDS` reads, in the shape of `ParsedCommand`. */
export interface OwnParsed {
  readonly kind: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly query?: string;
  readonly pipe?: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Commands of the documentation that Kusto.Language's grammar can't read to their end: its name of the command
 * where it has one, and the form. The first that fits is taken. In a form, `word` is a word, `<X>` a name, text, number or id,
 * `<X,>` a list of these in brackets, `[…]` may be left out, `with()` is a list of properties in brackets,
 * `<|` ends the command before a query, and `...X` takes all that is left.
 */
const OWN_COMMANDS: readonly (readonly [kind: string, form: string])[] = [
  ['ShowColumns', 'show columns'],
  ['ShowColumns', 'show table <TableName> columns'],
  ['ShowDatabaseDetails', 'show database <DatabaseName> details'],
  ['ShowDatabasePolicies', 'show database <DatabaseName> policies'],
  ['ShowDatabaseIdentity', 'show database <DatabaseName> identity'],
  ['ShowDatabaseDataStats', 'show database <DatabaseName> datastats'],
  ['ShowDatabaseMetadata', 'show database <DatabaseName> metadata'],
  ['ShowDatabaseJournal', 'show database journal'],
  ['ShowDatabasesEntities', 'show databases <DatabaseName,> entities [with()]'],
  ['ShowDatabaseEntities', 'show database entities [with()]'],
  ['ShowDatabaseEntities', 'show database <DatabaseName> entities [with()]'],
  ['ShowQueries', 'show [user] queries [by user <UserName>]'],
  ['ShowQueries', 'show database queries'],
  ['ShowQueries', 'show database <DatabaseName> queries'],
  ['ShowCommands', 'show commands by user <UserName>'],
  ['ShowCommands', 'show database commands'],
  ['ShowCommands', 'show database <DatabaseName> commands'],
  ['ShowCommandsAndQueries', 'show commands-and-queries by user <UserName>'],
  ['ShowCommandsAndQueries', 'show database commands-and-queries'],
  ['ShowCommandsAndQueries', 'show database <DatabaseName> commands-and-queries'],
  ['ShowDatabase', 'show database <DatabaseName>'],
  ['ShowCapacity', 'show capacity scope = <Scope>'],
  ['ShowCapacity', 'show capacity <Resource> scope = <Scope>'],
  ['ShowPrincipalRoles', 'show principal roles <Principal>'],
  ['ShowFunction', 'show function <FunctionName> ( )'],
  ['ShowStoredQueryResult', 'show stored_query_result <StoredQueryResultName>'],
  ['ShowPurges', 'show purges [<OperationId>] [in database <DatabaseName>]'],
  ['ShowPurges', 'show purge <OperationId> [in database <DatabaseName>]'],
  [
    'PurgeTableRecords',
    'purge [async] table <TableName> records in database <DatabaseName> [with()] <|',
  ],
  ['PurgeTable', 'purge [async] table <TableName> in database <DatabaseName> allrecords [with()]'],
  ['ReplaceExtents', 'replace [async] extents in table <DestinationTableName> [with()] <|'],
  ['AlterExtentTagsFromQuery', 'alter [async] extent tags <Tag,> <|'],
  ['AlterMergeExtentTagsFromQuery', 'alter-merge [async] extent tags <Tag,> <|'],
  ['DropExtentTagsFromQuery', 'drop [async] extent tags <|'],
  ['DropExtentTagsFromTable', 'drop extent tags from table <TableName> <Tag,>'],
  ['DropExternalTable', 'drop external table <ExternalTableName> ifexists'],
  [
    'CreateExternalTableMapping',
    'create-or-alter external table <ExternalTableName> mapping <MappingName> <MappingFormat>',
  ],
  ['DropTableColumns', 'drop columns from table <TableName> <ColumnName,>'],
  ['DropDatabaseIngestionMapping', 'drop database ingestion <MappingKind> mapping <MappingName>'],
  ['DetachDatabase', 'drop database <DatabaseName> ifexists'],
  ['UndoDropTable', 'undo drop table <Name> [as <TableName>] version = <Version>'],
  ['CancelQuery', 'cancel query <ClientRequestId> with()'],
  ['AlterTablePolicyCaching', 'alter table <TableName> policy caching hot = <Timespan> ...Windows'],
  [
    'AlterTablesPolicyCaching',
    'alter tables <TableName,> policy caching hot = <Timespan> ...Windows',
  ],
  [
    'AlterDatabasePolicyCaching',
    'alter database <DatabaseName> policy caching hot = <Timespan> ...Windows',
  ],
  ['AlterClusterPolicyCaching', 'alter cluster policy caching hot = <Timespan> ...Windows'],
  // Calypso's own: what fills tables and what takes rows elsewhere.
  ['ShowStreams', 'show streams'],
  ['ShowStreamDetails', 'show stream <StreamName> details'],
  ['ShowStreamPositions', 'show stream <StreamName> positions'],
  ['ShowStreamMessages', 'show stream <StreamName> messages'],
  ['ShowStreamAsJson', 'show stream <StreamName> as json'],
  ['ShowStream', 'show stream <StreamName>'],
  [
    'CreateStream',
    'create stream <StreamName> into table <TableName> kind = <Kind> <Definition> [with()]',
  ],
  [
    'CreateOrAlterStream',
    'create-or-alter stream <StreamName> into table <TableName> kind = <Kind> <Definition> [with()]',
  ],
  ['PauseStream', 'pause stream <StreamName>'],
  ['ResumeStream', 'resume stream <StreamName> [with()]'],
  ['RewindStream', 'rewind stream <StreamName> to <Start>'],
  ['DropStream', 'drop stream <StreamName> [ifexists]'],
  ...['pipeline', 'alert'].flatMap((what): [string, string][] => {
    const Kind = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
    const name = `<${Kind}Name>`;
    return [
      [`Show${Kind}s`, `show ${what}s`],
      [`Show${Kind}Runs`, `show ${what} ${name} runs`],
      [`Show${Kind}Details`, `show ${what} ${name} details`],
      [`Show${Kind}AsJson`, `show ${what} ${name} as json`],
      [`Create${Kind}`, `create ${what} ${name} [with()] <|`],
      [`Create${Kind}`, `create ${what} ${name} <Definition> [with()] <|`],
      [`Create${Kind}`, `create ${what} ${name} <Definition> [with()]`],
      [`CreateOrAlter${Kind}`, `create-or-alter ${what} ${name} [with()] <|`],
      [`CreateOrAlter${Kind}`, `create-or-alter ${what} ${name} <Definition> [with()] <|`],
      [`CreateOrAlter${Kind}`, `create-or-alter ${what} ${name} <Definition> [with()]`],
      [`Run${Kind}`, `run [async] ${what} ${name}`],
      [`Pause${Kind}`, `pause ${what} ${name}`],
      [`Resume${Kind}`, `resume ${what} ${name}`],
      [`Drop${Kind}`, `drop ${what} ${name} [ifexists]`],
    ];
  }),
  ['ShowPipelineArtifacts', 'show pipeline <PipelineName> artifacts'],
  ['CancelPipeline', 'cancel pipeline <PipelineName>'],
  ['ShowPipeline', 'show pipeline <PipelineName>'],
  ['ShowAlertEvents', 'show alert events'],
  ['ShowAlertEvents', 'show alert <AlertName> events'],
  ['ShowAlert', 'show alert <AlertName>'],
];

type Part =
  | { readonly is: 'word'; readonly word: string }
  | { readonly is: 'value'; readonly name: string; readonly list: boolean }
  | { readonly is: 'optional'; readonly parts: readonly Part[] }
  | { readonly is: 'properties' | 'query' }
  | { readonly is: 'rest'; readonly name: string };

function readForm(form: string): readonly Part[] {
  const tokens = form.replace(/[[\]]/g, ' $& ').trim().split(/\s+/);
  const stack: Part[][] = [[]];
  for (const token of tokens) {
    const top = stack.at(-1) ?? [];
    if (token === '[') stack.push([]);
    else if (token === ']') {
      const parts = stack.pop() ?? [];
      stack.at(-1)?.push({ is: 'optional', parts });
    } else if (token === 'with()') top.push({ is: 'properties' });
    else if (token === '<|') top.push({ is: 'query' });
    else if (token.startsWith('...')) top.push({ is: 'rest', name: token.slice(3) });
    else if (token.startsWith('<'))
      top.push({ is: 'value', name: token.replace(/[<>,]/g, ''), list: token.endsWith(',>') });
    else top.push({ is: 'word', word: token });
  }
  return stack[0] ?? [];
}

const FORMS = OWN_COMMANDS.map(([kind, form]) => ({ kind, parts: readForm(form) }));

const BLANK = /(?:\s|\/\/[^\n]*(?:\n|$))*/y;
const WORD = /[\p{L}\p{N}_][\p{L}\p{N}_-]*/uy;
/** `h@"…"`, `'…'`, `["…"]`, a call like `datetime(…)`, or a bare name, number or id. */
const QUOTED = /[hH]?(@?)("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/y;
const VERBATIM = /[hH]?@[hH]?("(?:[^"]|"")*"|'(?:[^']|'')*')/y;
const LONG = /[hH]?```([\s\S]*?)```/y;
const BRACKETED = /\[\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\s*\]/y;
const CALL = /[a-z]+\([^()]+\)/iy;
const BARE = /[\p{L}\p{N}_](?:[\p{L}\p{N}_:-]|\.(?=[\p{L}\p{N}_]))*/uy;

class Reader {
  readonly text: string;
  at = 0;
  readonly values = new Map<string, string[]>();
  readonly words: string[] = [];
  readonly properties: Record<string, string> = {};
  query: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  blank(): void {
    this.match(BLANK);
  }

  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return undefined;
    this.at = pattern.lastIndex;
    return found;
  }

  sign(sign: string): boolean {
    this.blank();
    if (!this.text.startsWith(sign, this.at)) return false;
    this.at += sign.length;
    return true;
  }

  value(): string | undefined {
    this.blank();
    const verbatim = this.match(VERBATIM)?.[1];
    if (verbatim !== undefined) {
      const quote = verbatim.charAt(0);
      return verbatim.slice(1, -1).replaceAll(quote + quote, quote);
    }
    const long = this.match(LONG)?.[1];
    if (long !== undefined) return long;
    const quoted = this.match(BRACKETED)?.[1] ?? this.match(QUOTED)?.[2];
    if (quoted !== undefined) return unescaped(quoted.slice(1, -1));
    return this.match(CALL)?.[0] ?? this.match(BARE)?.[0];
  }

  add(name: string, value: string): void {
    const held = this.values.get(name);
    if (held) held.push(value);
    else this.values.set(name, [value]);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unescaped(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, mark: string) =>
    mark.length === 5
      ? String.fromCharCode(Number.parseInt(mark.slice(1), 16))
      : (ESCAPES[mark] ?? mark),
  );
}

function readPart(reader: Reader, part: Part): boolean {
  switch (part.is) {
    case 'word': {
      reader.blank();
      if (!/\w/.test(part.word)) return reader.sign(part.word);
      const word = reader.match(WORD)?.[0].toLowerCase();
      if (word !== part.word) return false;
      reader.words.push(word);
      return true;
    }
    case 'value':
      return part.list ? readList(reader, part.name) : readValue(reader, part.name);
    case 'optional': {
      const { at } = reader;
      const words = reader.words.length;
      if (part.parts.every((inner) => readPart(reader, inner))) return true;
      reader.at = at;
      reader.words.length = words;
      return true;
    }
    case 'properties':
      return readProperties(reader);
    case 'query':
      if (!reader.sign('<|')) return false;
      reader.query = reader.text.slice(reader.at);
      reader.at = reader.text.length;
      return true;
    case 'rest':
      reader.blank();
      if (reader.at >= reader.text.length) return false;
      reader.add(part.name, reader.text.slice(reader.at).trim());
      reader.at = reader.text.length;
      return true;
  }
}

function readValue(reader: Reader, name: string): boolean {
  const value = reader.value();
  if (value === undefined) return false;
  reader.add(name, value);
  return true;
}

function readList(reader: Reader, name: string): boolean {
  if (!reader.sign('(')) return false;
  do if (!readValue(reader, name)) return false;
  while (reader.sign(','));
  return reader.sign(')');
}

function readProperties(reader: Reader): boolean {
  const start = reader.at;
  reader.blank();
  if (reader.match(WORD)?.[0].toLowerCase() !== 'with' || !reader.sign('(')) {
    reader.at = start;
    return false;
  }
  do {
    const name = reader.value();
    const value = reader.sign('=') ? reader.value() : undefined;
    if (name === undefined || value === undefined) return false;
    reader.properties[name.toLowerCase()] = value;
  } while (reader.sign(','));
  return reader.sign(')');
}

/** Reads the text by one of our own forms; undefined if none fits it whole. */
export function parseOwnCommand(text: string): OwnParsed | undefined {
  for (const { kind, parts } of FORMS) {
    const reader = new Reader(text);
    if (!reader.sign('.') || !parts.every((part) => readPart(reader, part))) continue;
    reader.blank();
    const end = endOf(text, reader.at);
    if (end === undefined) continue;
    return {
      kind,
      arguments: {
        ...Object.fromEntries(
          [...reader.values].map(([name, values]) => [
            name,
            values.length === 1 ? values[0] : values,
          ]),
        ),
        words: reader.words,
        ...(Object.keys(reader.properties).length > 0 ? { properties: reader.properties } : {}),
      },
      ...(reader.query === undefined ? {} : { query: reader.query.replace(/^[ \t]*(\r?\n)?/, '') }),
      ...end,
      diagnostics: [],
    };
  }
  return undefined;
}

/** What stands behind a command: nothing, or a pipe. Undefined for anything else. */
export function endOf(text: string, at: number): { readonly pipe?: string } | undefined {
  const rest = text.slice(at);
  if (/^(?:\s|;|\/\/[^\n]*(?:\n|$))*$/.test(rest)) return {};
  const bar = /^(?:\s|\/\/[^\n]*(?:\n|$))*\|/.exec(rest);
  return bar ? { pipe: rest.slice(bar[0].length) } : undefined;
}

/** Text behind a command that belongs to nothing. */
export function surplus(text: string, at: number): Diagnostic {
  const start = at + (/\S/.exec(text.slice(at))?.index ?? 0);
  const [word = ''] = /^\S+/.exec(text.slice(start)) ?? [];
  return {
    severity: 'error',
    code: 'unexpected_text',
    message: `The command ends before '${word}'. Only a pipe (|) may follow.`,
    span: spanOf(text, start, word.length),
  };
}
