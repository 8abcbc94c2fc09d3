import type { Diagnostic } from '../../../common/contract/values.ts';
import { spanOf } from '../../../common/errors/app-error.ts';
import { type Column, kqlTypeOf } from '../../../common/types/kql-type.ts';
import { parseExternalTableCommand } from '../external/command.ts';
import type { GlobalsCache } from '../syntax/globals.ts';
import type { RawNode } from '../syntax/library.ts';
import { parse } from '../syntax/parse.ts';
import { endOf, parseOwnCommand, surplus } from './own-grammar.ts';
import { resultSchema } from './result-schema.ts';

export interface ParsedCommand {
  /** Kusto.Language's name of the command (`CreateTable`), or `Unknown`. */
  readonly kind: string;
  /**
   * The grammar's named parts as text, in arrays where a part comes more than once (`TableName`, `ColumnName`,
   * `ColumnType`, `PropertyName`…), and what follows from them:
   * - `words`: the command's plain words in order, in lower case (`['drop', 'table', 'ifexists']`);
   * - `columns`: `[{ name, type }]` of a schema, types by their KQL names;
   * - `tables`: `[{ name, columns }]` of a command about several tables;
   * - `docstrings`: `[{ column, docstring }]`;
   * - `properties`: what stands in `with (…)`, names in lower case, values as text;
   * - `FunctionParameters` with its brackets and `FunctionBody` with its braces.
   */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** All that stands behind `<|`: a query, a script, or data. */
  readonly query?: string;
  /** The query text behind the first `|` after the command itself. */
  readonly pipe?: string;
  /** The columns of the answer, as Kusto.Language knows them; empty where it doesn't. */
  readonly schema: readonly Column[];
  readonly diagnostics: readonly Diagnostic[];
}

interface CommandColumn {
  readonly name: string;
  readonly type: string;
}

/** Spellings of the grammar beside those that `kqlTypeOf` knows. */
const OLD_TYPES: Readonly<Record<string, string>> = {
  int8: 'int',
  int16: 'int',
  uint8: 'int',
  uint16: 'int',
  uint: 'long',
  uint32: 'long',
  uint64: 'long',
  ulong: 'long',
};

const classOf = (node: RawNode): string =>
  (node.constructor.$$fullname ?? '').replace(/`.*$/, '').replace(/^.*[.+]/, '');

function* children(node: RawNode): Generator<RawNode> {
  for (let i = 0; i < node.ChildCount; i++) {
    const child = node.GetChild(i);
    if (child) yield child;
  }
}

function find(node: RawNode, name: string): RawNode | undefined {
  if (classOf(node) === name) return node;
  if (node.IsToken) return undefined;
  for (const child of children(node)) {
    const found = find(child, name);
    if (found) return found;
  }
  return undefined;
}

/** The value of a named part: a name without its brackets, a literal without its quotes, else the text. */
function textOf(node: RawNode): string {
  const text = node.toString().trim();
  const kind = classOf(node);
  if (kind === 'NameDeclaration' || kind === 'NameReference') return node.SimpleName ?? text;
  if (/LiteralExpression$/.test(kind) && typeof node.LiteralValue === 'string')
    return node.LiteralValue;
  return text;
}

/** `Database.Table.Column` as its names. */
function pathOf(node: RawNode): string[] {
  if (classOf(node) === 'NameReference' || classOf(node) === 'NameDeclaration')
    return [textOf(node)];
  return node.IsToken ? [] : [...children(node)].flatMap(pathOf);
}

class Parts {
  readonly named = new Map<string, string[]>();
  readonly words: string[] = [];
  readonly tables: { name: string; columns: CommandColumn[] }[] = [];
  readonly docstrings: { column: string; docstring: string }[] = [];
  readonly properties: Record<string, string> = {};
  columns: CommandColumn[] = [];
  /** Where the text behind `<|` starts. */
  queryStart: number | undefined;
  #lastColumn = '';
  #lastProperty = '';

  /** Reads a node and all below it; false once `<|` is reached. */
  read(node: RawNode): boolean {
    const kind = classOf(node);
    const name = typeof node.NameInParent === 'string' ? node.NameInParent : '';
    if (node.IsToken && node.toString().trim() === '<|') {
      this.queryStart = node.TextStart + node.Width;
      return false;
    }
    if (kind === 'FunctionDeclaration') {
      for (const child of children(node))
        this.#add(
          classOf(child) === 'FunctionBody' ? 'FunctionBody' : 'FunctionParameters',
          child.toString().trim(),
        );
      return true;
    }
    const inner = kind === 'CustomNode' || kind === 'CustomCommand' || /List$|Element$/.test(kind);
    if (!inner && name !== '' && name !== 'DotToken') {
      this.#take(name, node);
      return true;
    }
    if (node.IsToken) {
      const word = node.toString().trim();
      if (/^[\w-]+$/.test(word)) this.words.push(word.toLowerCase());
      return true;
    }
    for (const child of children(node)) if (!this.read(child)) return false;
    return true;
  }

  #take(name: string, node: RawNode): void {
    if (classOf(node) === 'PathExpression') {
      const path = pathOf(node);
      const above = ['TableName', 'DatabaseName'];
      this.#lastColumn = path.at(-1) ?? '';
      this.#add(name, this.#lastColumn);
      for (const part of path.slice(0, -1).reverse()) {
        const owner = above.shift();
        if (owner !== undefined && owner !== name) this.#add(owner, part);
      }
      return;
    }
    const text = textOf(node);
    this.#add(name, text);
    switch (name) {
      case 'TableName':
        this.columns = [];
        this.tables.push({ name: text, columns: this.columns });
        break;
      case 'ColumnName':
        this.#lastColumn = text;
        break;
      case 'ColumnType':
        this.columns.push({
          name: this.#lastColumn,
          type: kqlTypeOf(text) ?? OLD_TYPES[text.toLowerCase()] ?? text,
        });
        break;
      case 'DocString':
        this.docstrings.push({ column: this.#lastColumn, docstring: text });
        break;
      case 'PropertyName':
        this.#lastProperty = text.toLowerCase();
        break;
      case 'PropertyValue':
        this.properties[this.#lastProperty] = text;
    }
  }

  #add(name: string, text: string): void {
    const values = this.named.get(name);
    if (values) values.push(text);
    else this.named.set(name, [text]);
  }

  arguments(): Record<string, unknown> {
    const all = this.tables.flatMap((t) => t.columns);
    return {
      ...Object.fromEntries(
        [...this.named].map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
      ),
      words: this.words,
      ...(all.length > 0 || this.columns.length > 0
        ? { columns: all.length > 0 ? all : this.columns }
        : {}),
      ...(this.tables.length > 1 ? { tables: this.tables } : {}),
      ...(this.docstrings.length > 0 ? { docstrings: this.docstrings } : {}),
      ...(Object.keys(this.properties).length > 0 ? { properties: this.properties } : {}),
    };
  }
}

/** `.ingest inline … <|`, with any text in its literals. */
const INLINE_HEAD =
  /^(?:\s|\/\/[^\n]*\n)*\.\s*ingest\s+inline\b(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^"'<]|<(?!\|))*<\|/i;

/** Text behind `<|` without the blanks or the line break that only set it apart. */
const behindMark = (text: string): string => text.replace(/^[ \t]*(\r?\n)?/, '');

/**
 * Reads a management command by Kusto.Language's own grammar. Only problems of the command's own syntax are
 * reported: whether its tables exist is for the host to say, and a query behind it is compiled when it runs.
 */
export function parseCommand(text: string, database: string, globals: GlobalsCache): ParsedCommand {
  const external = parseExternalTableCommand(text);
  if (external) return { ...external, schema: resultSchema(external.kind) };
  // Data is no KQL: it may be long, and its quotes and brackets mean nothing.
  const head = INLINE_HEAD.exec(text)?.[0];
  const parsed = parse(head === undefined ? text : `${head} -`, database, globals);
  const start = /^(?:\s|\/\/[^\n]*(?:\n|$))*/.exec(text)?.[0].length ?? 0;
  const found = find(parsed.root.raw, 'CustomCommand');
  const command = found && found.TextStart <= start + 1 ? found : undefined;
  const syntax = parsed.diagnostics.filter((d) => d.severity === 'error' && /^KS0/.test(d.code));
  if (!command) {
    const own = parseOwnCommand(text);
    if (own) return { ...own, schema: resultSchema(own.kind) };
    return {
      kind: 'Unknown',
      arguments: {},
      schema: [],
      diagnostics: syntax.length > 0 ? syntax : [unknownCommand(text, start)],
    };
  }
  const parts = new Parts();
  parts.read(command);
  const kind = String(command.CommandKind);
  const described = { kind, schema: resultSchema(kind), arguments: parts.arguments() };
  const { queryStart } = parts;
  if (queryStart !== undefined)
    return {
      ...described,
      query: behindMark(text.slice(queryStart)),
      diagnostics: syntax.filter((d) => d.span.start < queryStart),
    };
  const at = command.TextStart + command.Width;
  const end = endOf(text, at);
  if (end) return { ...described, ...end, diagnostics: syntax.filter((d) => d.span.start < at) };
  // The grammar took only the beginning for a command.
  const own = parseOwnCommand(text);
  if (own) return { ...own, schema: resultSchema(own.kind) };
  return { ...described, diagnostics: [surplus(text, at)] };
}

function unknownCommand(text: string, start: number): Diagnostic {
  return {
    severity: 'error',
    code: 'unknown_command',
    message: 'There is no management command that begins like this.',
    span: spanOf(text, start, text.trim().length),
  };
}
