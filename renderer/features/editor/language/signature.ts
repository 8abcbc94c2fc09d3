import {
  type KustoLanguage,
  listOf,
  namesOf,
  type RawDeclaredType,
  type RawFunction,
  type RawGlobals,
  type RawNode,
  type RawParameter,
} from './library.ts';
import type { SignatureInfo } from './protocol.ts';

/** The call whose parentheses hold an offset, and which argument of it. */
export interface CallSite {
  /** Offset of the `(`. */
  readonly open: number;
  readonly argument: number;
}

/**
 * Finds the innermost open call by its brackets, skipping strings and comments, because the parser drops what
 * stands behind a missing argument.
 */
export function callSiteAt(text: string, offset: number): CallSite | undefined {
  const stack: { open: number; bracket: string; argument: number }[] = [];
  for (let i = 0; i < offset; i++) {
    const c = text[i] ?? '';
    if (c === '/' && text[i + 1] === '/') {
      const end = text.indexOf('\n', i);
      if (end < 0 || end >= offset) return undefined;
      i = end;
    } else if (c === '"' || c === "'") {
      const end = endOfString(text, i, text[i - 1] === '@');
      if (end >= offset) return undefined;
      i = end;
    } else if (c === '(' || c === '[' || c === '{')
      stack.push({ open: i, bracket: c, argument: 0 });
    else if (c === ')' || c === ']' || c === '}') stack.pop();
    else if (c === ',') {
      const top = stack.at(-1);
      if (top) top.argument += 1;
    } else if (c === '|' || c === ';') {
      // A pipe at the level of an open call's arguments is a sub-query: no argument any more.
      const top = stack.at(-1);
      if (top) top.argument = 0;
    }
  }
  const top = stack.at(-1);
  return top?.bracket === '(' && /[\w\]]\s*$/.test(text.slice(0, top.open))
    ? { open: top.open, argument: top.argument }
    : undefined;
}

function endOfString(text: string, start: number, verbatim: boolean): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\n') return i;
    if (!verbatim && text[i] === '\\') i += 1;
    else if (text[i] === text[start]) return i;
  }
  return text.length;
}

/** Signatures of the function that is being called at an offset of one block. */
export function signatureAt(
  library: KustoLanguage,
  text: string,
  offset: number,
  globals: RawGlobals,
): SignatureInfo | undefined {
  const site = callSiteAt(text, offset);
  if (!site) return undefined;
  const { Syntax } = library.KustoCode.ParseAndAnalyze(text, globals);
  let node: RawNode | null = Syntax.GetTokenAt(Math.max(0, site.open - 1));
  while (node && !node.ArgumentList) node = node.Parent;
  const called = node?.ReferencedSymbol;
  if (!called) return undefined;
  const signatures = signaturesOf(library, called);
  if (signatures.length === 0) return undefined;
  const fits = signatures.findIndex((s) => s.parameters.length > site.argument);
  const activeSignature = fits < 0 ? signatures.length - 1 : fits;
  const last = (signatures[activeSignature]?.parameters.length ?? 1) - 1;
  return {
    name: called.Name,
    description: called.Description ?? '',
    signatures,
    activeSignature,
    // A repeated last parameter takes all further arguments.
    activeParameter: Math.min(site.argument, last),
  };
}

function signaturesOf(library: KustoLanguage, called: RawFunction): SignatureInfo['signatures'] {
  const kinds = namesOf(library.Symbols.ParameterTypeKind);
  return listOf(called.Signatures)
    .filter((signature) => signature.IsHidden !== true)
    .map((signature) => {
      let label = `${called.Name}(`;
      const parameters = listOf(signature.Parameters).map((parameter, index) => {
        if (index > 0) label += ', ';
        const from = label.length;
        const text = parameterLabel(parameter, kinds);
        label += text;
        return { label: text, from };
      });
      return { label: `${label})`, parameters };
    });
}

/** A table's type has no name: its columns say what it is. */
function typeLabel({ Name, Columns }: RawDeclaredType): string {
  if (Name || !Columns) return Name;
  const columns = listOf(Columns).map((column) => `${column.Name}: ${column.Type?.Name ?? ''}`);
  return columns.length > 0 ? `(${columns.join(', ')})` : '';
}

function parameterLabel(parameter: RawParameter, kinds: ReadonlyMap<number, string>): string {
  const declared = listOf(parameter.DeclaredTypes).map(typeLabel);
  const kind = kinds.get(parameter.TypeKind) ?? 'Scalar';
  const type = declared.length > 0 ? declared.join(' | ') : (TYPE_LABELS[kind] ?? '');
  const name = parameter.MaxOccurring > 1 ? `${parameter.Name}…` : parameter.Name;
  const typed = type === '' ? name : `${name}: ${type}`;
  const usual = parameter.DefaultValue?.toString().trim();
  const whole = usual ? `${typed} = ${usual}` : typed;
  return parameter.MinOccurring === 0 ? `[${whole}]` : whole;
}

/** Kinds of parameters that stand for several types; those left out say nothing that helps. */
const TYPE_LABELS: Readonly<Record<string, string>> = {
  Tabular: 'table',
  Database: 'database',
  Cluster: 'cluster',
  Integer: 'int | long',
  RealOrDecimal: 'real | decimal',
  StringOrDynamic: 'string | dynamic',
  StringOrArray: 'string | array',
  IntegerOrArray: 'long | array',
  DynamicArray: 'dynamic array',
  DynamicBag: 'dynamic bag',
  Number: 'number',
  NumberOrBool: 'number | bool',
  Summable: 'number | datetime | timespan',
  Orderable: 'orderable scalar',
  NotDynamic: 'scalar',
  Scalar: 'scalar',
  CommonScalar: 'scalar',
  CommonNumber: 'number',
};
