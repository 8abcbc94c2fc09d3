// The library is a pair of scripts that hang themselves on globalThis, in this order.
import '@kusto/language-service-next/bridge.min.js';
import '@kusto/language-service-next/Kusto.Language.Bridge.min.js';

/** A Bridge.NET list. */
export interface RawList<T> {
  readonly Count: number;
  getItem(index: number): T;
}

/** A type or entity of Kusto.Language; which members are set depends on its class. */
export interface RawSymbol {
  readonly Name: string | null;
  readonly Display?: string;
  readonly Kind?: unknown;
  readonly Type?: RawSymbol | null;
  /** Of a command. */
  readonly ResultType?: RawSymbol | null;
  readonly Columns?: RawList<RawSymbol>;
  /** Of a column: those that it was made from. */
  readonly OriginalColumns?: RawList<RawSymbol>;
  readonly IsOpen?: boolean;
  readonly OperatorKind?: number;
  readonly Signatures?: RawList<RawSignature>;
  /** Of a function: wildcards see it like a table. */
  WithIsView?(isView: boolean): RawSymbol;
  readonly constructor: { readonly $$fullname?: string };
}

export interface RawParameter {
  readonly Name: string;
  readonly TypeKind: number;
  readonly DeclaredTypes: RawList<RawSymbol> | null;
  readonly DefaultValue: RawNode | null;
  readonly IsScalar: boolean;
  readonly IsTabular: boolean;
  readonly MinOccurring: number;
  readonly MaxOccurring: number;
}

export interface RawSignature {
  readonly Parameters: RawList<RawParameter>;
  readonly Body: string | null;
  readonly Declaration: RawNode | null;
  GetArgumentParameters(args: unknown): RawList<RawParameter>;
}

export interface RawNode {
  readonly Kind: number;
  readonly IsToken: boolean;
  readonly IsMissing: boolean;
  readonly TextStart: number;
  readonly Width: number;
  readonly Text?: string;
  readonly ChildCount: number;
  GetChild(index: number): RawNode | null;
  readonly ResultType?: RawSymbol | null;
  readonly ReferencedSymbol?: RawSymbol | null;
  readonly ReferencedSignature?: RawSignature | null;
  readonly LiteralValue?: unknown;
  readonly SimpleName?: string;
  GetCalledFunctionBody?(): RawNode | null;
  toString(kind?: number): string;
  readonly constructor: { readonly $$fullname?: string };
  readonly [member: string]: unknown;
}

export interface RawDiagnostic {
  readonly Code: string;
  readonly Severity: string;
  readonly Message: string;
  readonly Start: number;
  readonly Length: number;
}

export interface RawCode {
  readonly Kind: string;
  readonly Syntax: RawNode;
  readonly ResultType: RawSymbol | null;
  GetDiagnostics(): RawList<RawDiagnostic>;
}

export interface RawGlobals {
  WithClusterList(clusters: readonly RawSymbol[]): RawGlobals;
  WithCluster(cluster: RawSymbol): RawGlobals;
  WithPlugIns(plugins: unknown): RawGlobals;
  WithDatabase(database: RawSymbol): RawGlobals;
  readonly Database: RawSymbol;
}

type Ctor<A extends readonly unknown[]> = new (...args: A) => RawSymbol;

interface Kusto {
  readonly Language: {
    readonly KustoCode: {
      ParseAndAnalyze(text: string, globals: RawGlobals): RawCode;
      Parse(text: string, globals: RawGlobals): RawCode;
    };
    readonly GlobalState: { readonly Default: RawGlobals };
    readonly Syntax: { readonly SyntaxKind: Readonly<Record<string, unknown>> };
    readonly Functions: { readonly All: unknown };
    readonly Aggregates: { readonly All: unknown };
    readonly PlugIns: { readonly All: unknown };
    readonly EngineCommands: { readonly All: unknown };
    readonly Symbols: {
      readonly Symbol: unknown;
      readonly OperatorKind: Readonly<Record<string, unknown>>;
      readonly ParameterTypeKind: Readonly<Record<string, unknown>>;
      readonly ScalarTypes: { GetSymbol(name: string): RawSymbol | null };
      readonly ColumnSymbol: { readonly ctor: Ctor<readonly unknown[]> };
      readonly TableSymbol: {
        readonly $ctor4: Ctor<[string, readonly RawSymbol[]]>;
        From(schema: string): RawSymbol;
      };
      readonly MaterializedViewSymbol: Readonly<Record<string, Ctor<readonly unknown[]>>>;
      readonly StoredQueryResultSymbol: Readonly<Record<string, Ctor<readonly unknown[]>>>;
      readonly ExternalTableSymbol: Readonly<Record<string, Ctor<readonly unknown[]>>>;
      readonly FunctionSymbol: Readonly<Record<string, Ctor<readonly unknown[]>>>;
      readonly EntityGroupSymbol: Readonly<Record<string, Ctor<readonly unknown[]>>>;
      readonly DatabaseSymbol: { readonly ctor: Ctor<[string, readonly RawSymbol[]]> };
      readonly ClusterSymbol: Readonly<Record<string, Ctor<readonly unknown[]>>>;
    };
  };
}

interface Bridge {
  toArray<T>(list: unknown): T[];
}

interface Generic {
  List$1(ofClass: unknown): { readonly ctor: new () => { add(item: unknown): void } };
}

const host = globalThis as unknown as {
  readonly Kusto: Kusto;
  readonly Bridge: Bridge;
  readonly System: { readonly Collections: { readonly Generic: Generic } };
};
export const kusto = host.Kusto.Language;

export function toArray<T>(list: unknown): T[] {
  if (list === null || list === undefined) return [];
  return host.Bridge.toArray<T>(list);
}

/** A list of the library's own of one class. */
export function listOf(ofClass: unknown, items: readonly unknown[]): unknown {
  const list = new (host.System.Collections.Generic.List$1(ofClass).ctor)();
  for (const item of items) list.add(item);
  return list;
}

/** Names of an enumeration's values; Bridge keeps only name → number. */
export function enumNames(
  enumeration: Readonly<Record<string, unknown>>,
): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const [name, value] of Object.entries(enumeration))
    if (typeof value === 'number') names.set(value, name);
  return names;
}
