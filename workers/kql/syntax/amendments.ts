import { innerNodesKeepTheirColumn } from './inner-nodes.ts';
import { kusto, listOf, type RawGlobals, type RawList, type RawSymbol } from './library.ts';

/**
 * Places where Kusto.Language knows less than the service, set right in the library itself, because names and
 * columns that it does not bind can't be found again later.
 */

interface Binder {
  readonly _globals: RawGlobals;
  GetSymbolsInContext(node: unknown, match: number, include: number, list: SymbolList): void;
}

interface SymbolList extends RawList<RawSymbol> {
  add(symbol: RawSymbol): void;
}

interface QueryParser {
  PeekToken(): { readonly Text: string };
  PeekToken$1(offset: number): { readonly Text: string };
  ParseToken(): unknown;
  ParsePackExpression(): unknown;
  ParseFindOperand(): unknown;
  ParseParenthesizedExpression(): unknown;
}

interface Library {
  readonly Binding: { readonly Binder: { readonly prototype: Binder } };
  readonly Parsing: { readonly QueryParser: { readonly prototype: QueryParser } };
  readonly IncludeFunctionKind: { readonly LocalViews: number };
  readonly Symbols: { readonly SymbolMatch: { readonly View: number } };
  readonly Syntax: {
    readonly SyntaxKind: { readonly AsteriskToken: number };
    readonly SyntaxToken: { Missing$1(trivia: string, kind: number, problems: null): unknown };
    readonly PackExpression: new (...tokens: unknown[]) => unknown;
  };
}

interface ViewSymbol extends RawSymbol {
  readonly IsView?: boolean;
  GetReturnType?(globals: RawGlobals): (RawSymbol & { WithName?(name: string): RawSymbol }) | null;
}

const library = kusto as unknown as Library;

/** A wildcard that meets a `let` view means the view's rows, so its columns can be named (page "union operator"). */
function wildcardsSeeViews(): void {
  const binder = library.Binding.Binder.prototype;
  const inContext = binder.GetSymbolsInContext;
  const { View } = library.Symbols.SymbolMatch;
  const { LocalViews } = library.IncludeFunctionKind;
  binder.GetSymbolsInContext = function (this: Binder, node, match, include, list): void {
    if (match !== View || include !== LocalViews) {
      inContext.call(this, node, match, include, list);
      return;
    }
    const found = listOf(kusto.Symbols.Symbol, []) as SymbolList;
    inContext.call(this, node, match, include, found);
    for (let i = 0; i < found.Count; i++) {
      const symbol: ViewSymbol = found.getItem(i);
      const rows = symbol.IsView ? symbol.GetReturnType?.(this._globals) : undefined;
      list.add(rows?.WithName?.(symbol.Name ?? '') ?? symbol);
    }
  };
}

/** `find … project a, pack_all()`: the library knows the older spelling `pack(*)` (page "find operator"). */
function findPacksAll(): void {
  const parser = library.Parsing.QueryParser.prototype;
  const pack = parser.ParsePackExpression;
  const { PackExpression, SyntaxKind, SyntaxToken } = library.Syntax;
  parser.ParsePackExpression = function (this: QueryParser): unknown {
    const called =
      this.PeekToken().Text === 'pack_all' &&
      this.PeekToken$1(1).Text === '(' &&
      this.PeekToken$1(2).Text === ')';
    if (!called) return pack.call(this);
    const [name, open] = [this.ParseToken(), this.ParseToken()];
    const star = SyntaxToken.Missing$1('', SyntaxKind.AsteriskToken, null);
    return new PackExpression(name, open, star, this.ParseToken());
  };
}

/** `find in (T, (print a = 1))`: a query in brackets counts as a table (page "find operator"). */
function findSearchesQueries(): void {
  const parser = library.Parsing.QueryParser.prototype;
  const operand = parser.ParseFindOperand;
  parser.ParseFindOperand = function (this: QueryParser): unknown {
    return this.ParseParenthesizedExpression() ?? operand.call(this);
  };
}

/** Once per process, before the first text is read. */
export function amendLibrary(): void {
  wildcardsSeeViews();
  findPacksAll();
  findSearchesQueries();
  innerNodesKeepTheirColumn();
}
