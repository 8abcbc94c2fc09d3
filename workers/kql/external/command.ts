import { AppError } from '../../../common/errors/app-error.ts';
import type { OwnParsed } from '../commands/own-grammar.ts';
import { parseDefinition } from './definition.ts';
import { Tokens } from './tokens.ts';

const HEAD =
  /^(?:\s|\/\/[^\n]*(?:\n|$))*\.\s*(create|alter|create-or-alter)\s+external\s+table\s+/i;

const KINDS: Readonly<Record<string, string>> = {
  create: 'CreateStorageExternalTable',
  alter: 'AlterStorageExternalTable',
  'create-or-alter': 'CreateOrAlterStorageExternalTable',
};

/** Words that follow the name where the command is about something else than the definition. */
const OTHERS: ReadonlySet<string> = new Set(['mapping', 'docstring', 'folder', 'policy']);

/**
 * `.create external table T (…) kind=storage …`: `definition` among its arguments is what `parseDefinition` reads.
 * Undefined for all other commands.
 */
export function parseExternalTableCommand(text: string): OwnParsed | undefined {
  const head = HEAD.exec(text);
  const kind = KINDS[head?.[1]?.toLowerCase() ?? ''];
  if (!head || kind === undefined) return undefined;
  const words = [head[1]?.toLowerCase(), 'external', 'table'];
  const tokens = new Tokens(text, head[0].length);
  try {
    const name = tokens.name('the name of the table').text;
    if (OTHERS.has(tokens.peek().text.toLowerCase())) return undefined;
    const definition = parseDefinition(tokens);
    const rest = tokens.peek();
    if (rest.kind === 'sign' && rest.text === '|')
      return {
        kind,
        arguments: { words, ExternalTableName: name, definition },
        pipe: text.slice(rest.start + 1),
        diagnostics: [],
      };
    if (rest.kind !== 'end') tokens.fail(rest, `Unexpected: ${rest.text}`);
    return { kind, arguments: { words, ExternalTableName: name, definition }, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof AppError) || !error.span) throw error;
    return {
      kind,
      arguments: { words },
      diagnostics: [
        { severity: 'error', code: error.code, message: error.message, span: error.span },
      ],
    };
  }
}
