import type { Diagnostic } from '../../../common/contract/values.ts';
import { AppError, spanOf } from '../../../common/errors/app-error.ts';
import { amendLibrary } from './amendments.ts';
import type { GlobalsCache } from './globals.ts';
import { kusto, type RawGlobals } from './library.ts';
import { markPhantoms, type SyntaxNode, wrap } from './node.ts';

export interface Parsed {
  readonly root: SyntaxNode;
  readonly text: string;
  /** `Query`, `Command`, `Directive`. */
  readonly kind: string;
  readonly diagnostics: readonly Diagnostic[];
}

amendLibrary();

/** Longer texts and deeper ones would overflow the parser's stack; a service stops earlier. */
const MAX_TEXT = 2_000_000;
const MAX_DEPTH = 400;

const SEVERITIES: Readonly<Record<string, Diagnostic['severity']>> = {
  Error: 'error',
  Warning: 'warning',
  Suggestion: 'suggestion',
  Information: 'information',
};

/** Depth of brackets outside of strings and comments, found without recursion. */
function bracketDepth(text: string): { depth: number; at: number } {
  let depth = 0;
  let deepest = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '(' || c === '[' || c === '{') {
      depth++;
      if (depth > deepest) {
        deepest = depth;
        at = i;
      }
    } else if (c === ')' || c === ']' || c === '}') depth--;
    else if (c === '/' && text[i + 1] === '/') {
      while (i < text.length && text[i] !== '\n') i++;
    } else if (c === '"' || c === "'") {
      const verbatim = text[i - 1] === '@';
      for (i++; i < text.length && text[i] !== c && text[i] !== '\n'; i++)
        if (text[i] === '\\' && !verbatim) i++;
    }
  }
  return { depth: deepest, at };
}

/** Bound trees of the latest texts, per catalog: asking again costs nothing. */
const parsedTexts = new WeakMap<RawGlobals, Map<string, Parsed>>();
const MAX_KEPT = 64;
const MAX_KEPT_TEXT = 20_000;

/** Parses and binds. Problems are values, all of them, with their places. */
export function parse(text: string, database: string, globals: GlobalsCache): Parsed {
  const key = globals.for(database);
  const kept = parsedTexts.get(key) ?? new Map<string, Parsed>();
  parsedTexts.set(key, kept);
  const known = kept.get(text);
  if (known) {
    // The latest is the last to go.
    kept.delete(text);
    kept.set(text, known);
    return known;
  }
  const parsed = parseText(text, database, globals);
  if (text.length <= MAX_KEPT_TEXT) kept.set(text, parsed);
  const oldest = kept.keys().next();
  if (kept.size > MAX_KEPT && !oldest.done) kept.delete(oldest.value);
  return parsed;
}

function parseText(text: string, database: string, globals: GlobalsCache): Parsed {
  if (text.length > MAX_TEXT)
    throw new AppError(
      'resource',
      'query_too_long',
      `The query text has ${text.length} characters; the limit is ${MAX_TEXT}. Put data into a table or a datatable file instead.`,
    );
  const brackets = bracketDepth(text);
  if (brackets.depth > MAX_DEPTH)
    throw new AppError(
      'resource',
      'query_too_deep',
      `Brackets are nested ${brackets.depth} deep here; the limit is ${MAX_DEPTH}. Split the expression with let statements.`,
      { span: spanOf(text, brackets.at, 1) },
    );
  try {
    const code = kusto.KustoCode.ParseAndAnalyze(text, globals.for(database));
    const found = code.GetDiagnostics();
    const diagnostics: Diagnostic[] = [];
    for (let i = 0; i < found.Count; i++) {
      const d = found.getItem(i);
      diagnostics.push({
        severity: SEVERITIES[d.Severity] ?? 'error',
        code: d.Code,
        message: d.Message,
        span: spanOf(text, d.Start, d.Length),
      });
    }
    const root = wrap(code.Syntax, text);
    if (/\bscan\b/.test(text)) markPhantoms(root);
    return { root, text, kind: code.Kind, diagnostics };
  } catch (error) {
    if (error instanceof RangeError)
      throw new AppError(
        'resource',
        'query_too_deep',
        'The query is nested too deeply to be read. Split it with let statements.',
        { cause: error },
      );
    throw error;
  }
}
