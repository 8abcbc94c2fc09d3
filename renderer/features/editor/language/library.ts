/**
 * The parts of Kusto.Language that the editor calls. The library is a pair of global scripts (Bridge.NET);
 * its own typings are 1.7 MB of namespaces, so these few lines stand for them. Positions count UTF-16 units
 * from the beginning of the script.
 */
export interface RawList<T> {
  readonly Count: number;
  getItem(index: number): T;
}

export interface RawCompletionItem {
  readonly Kind: number;
  readonly DisplayText: string;
  readonly MatchText: string;
  readonly OrderText: string;
  readonly BeforeText: string;
  readonly AfterText: string;
  readonly Retrigger: boolean;
}

export interface RawQuickInfoItem {
  readonly Kind: number;
  readonly Text: string;
}

export interface RawDiagnostic {
  readonly Code: string;
  readonly Severity: string;
  readonly Message: string;
  readonly Start: number;
  readonly Length: number;
  readonly HasLocation: boolean;
}

export interface RawRange {
  readonly Kind: number;
  readonly Start: number;
  readonly Length: number;
}

export interface RawCodeAction {
  readonly Title: string;
  readonly Description: string;
  /** Set on a MenuAction. */
  readonly Actions?: RawSequence<RawCodeAction>;
  /** Set on an ApplyAction. */
  readonly Data?: RawSequence<string>;
}

export interface RawResultAction {
  readonly Changes?: RawSequence<{
    readonly Start: number;
    readonly DeleteLength: number;
    readonly InsertText: string;
  }>;
}

export type RawSequence<T> = readonly T[] | RawList<T>;

export interface RawService {
  GetCompletionItems(
    position: number,
    options: unknown,
  ): {
    readonly Items: RawSequence<RawCompletionItem>;
    readonly EditStart: number;
    readonly EditLength: number;
  };
  GetQuickInfo(position: number): { readonly Items: RawSequence<RawQuickInfoItem> };
  GetDiagnostics(wait: boolean): RawSequence<RawDiagnostic>;
  GetAnalyzerDiagnostics(wait: boolean): RawSequence<RawDiagnostic>;
  GetElement(position: number): { readonly Start: number; readonly Length: number };
  GetRelatedElements(position: number): {
    readonly Elements: RawSequence<RawRange>;
    readonly CurrentIndex: number;
  };
  GetClassifications(
    start: number,
    length: number,
    clip: boolean,
    wait: boolean,
  ): { readonly Classifications: RawSequence<RawRange> };
  GetOutlines$1(): { readonly Ranges: RawSequence<RawRange & { readonly CollapsedText: string }> };
  GetFormattedText(options: unknown, caret: number): { readonly Text: string };
  GetCodeActions(
    position: number,
    selectionStart: number,
    selectionLength: number,
    options: unknown,
    wait: boolean,
    actor: null,
    cancellation: unknown,
  ): { readonly Actions: RawSequence<RawCodeAction> };
  ApplyCodeAction(
    action: RawCodeAction,
    caret: number,
    options: unknown,
    cancellation: unknown,
  ): { readonly Actions: RawSequence<RawResultAction>; readonly FailureReason: string | null };
}

export interface RawBlock {
  readonly Text: string;
  readonly Start: number;
  readonly Length: number;
  readonly End: number;
  readonly Kind: string;
  readonly Service: RawService;
}

export interface RawScript {
  readonly Blocks: RawList<RawBlock>;
  WithText(text: string): RawScript;
  WithGlobals(globals: RawGlobals): RawScript;
  GetBlockAtPosition(position: number): RawBlock | null;
}

export interface RawDeclaredType {
  readonly Name: string;
  /** Of a table. */
  readonly Columns?: RawSequence<{
    readonly Name: string;
    readonly Type?: { readonly Name: string } | null;
  }>;
}

export interface RawParameter {
  readonly Name: string;
  readonly TypeKind: number;
  readonly DeclaredTypes: RawSequence<RawDeclaredType> | null;
  readonly DefaultValue: { toString(): string } | null;
  readonly MinOccurring: number;
  readonly MaxOccurring: number;
}

export interface RawFunction {
  readonly Name: string;
  readonly Description?: string;
  readonly Signatures?: RawSequence<{
    readonly Parameters: RawSequence<RawParameter>;
    readonly IsHidden?: boolean;
  }>;
}

export interface RawNode {
  readonly Kind: number;
  readonly Parent: RawNode | null;
  readonly TextStart: number;
  readonly End: number;
  /** Set on a FunctionCallExpression. */
  readonly ReferencedSymbol?: RawFunction | null;
  readonly ArgumentList?: RawNode;
  GetTokenAt(position: number): RawNode | null;
}

export interface RawGlobals {
  WithCluster(cluster: unknown): RawGlobals;
  WithDatabase(database: unknown): RawGlobals;
}

/** A constructor of the library: overloads are static members `ctor`, `$ctor1`… */
type Constructors = Readonly<Record<string, new (...args: readonly unknown[]) => unknown>>;

interface CompletionOptions {
  WithAutoAppendWhitespace(enable: boolean): CompletionOptions;
  WithIncludePunctuationOnlySyntax(include: boolean): CompletionOptions;
}

interface FormattingOptions {
  WithIndentationSize(size: number): FormattingOptions;
  WithInsertMissingTokens(enable: boolean): FormattingOptions;
  WithBrackettingStyle(style: number): FormattingOptions;
  WithPipeOperatorStyle(style: number): FormattingOptions;
  WithSemicolonStyle(style: number): FormattingOptions;
  WithExpressionStyle(style: number): FormattingOptions;
  WithStatementStyle(style: number): FormattingOptions;
}

export interface KustoLanguage {
  readonly GlobalState: { readonly Default: RawGlobals };
  readonly KustoCode: {
    ParseAndAnalyze(text: string, globals: RawGlobals): { readonly Syntax: RawNode };
  };
  readonly Symbols: {
    readonly ScalarTypes: { GetSymbol(name: string): unknown };
    readonly ColumnSymbol: Constructors;
    readonly TableSymbol: Constructors;
    readonly MaterializedViewSymbol: Constructors;
    readonly ExternalTableSymbol: Constructors;
    readonly FunctionSymbol: Constructors;
    readonly DatabaseSymbol: Constructors;
    readonly ClusterSymbol: Constructors;
    readonly ParameterTypeKind: Readonly<Record<string, unknown>>;
  };
  readonly Utils: { readonly CancellationToken: { getDefaultValue(): unknown } };
  readonly Editor: {
    readonly CodeScript: { From$1(text: string, globals: RawGlobals): RawScript };
    readonly CompletionOptions: {
      readonly Default: CompletionOptions;
    };
    readonly FormattingOptions: { readonly Default: FormattingOptions };
    readonly PlacementStyle: Readonly<Record<'None' | 'NewLine' | 'Smart', number>>;
    readonly BrackettingStyle: Readonly<Record<'Default' | 'Vertical' | 'Diagonal', number>>;
    readonly CompletionKind: Readonly<Record<string, unknown>>;
    readonly ClassificationKind: Readonly<Record<string, unknown>>;
    readonly QuickInfoKind: Readonly<
      Record<'Error' | 'Warning' | 'Suggestion' | 'BuiltInFunction' | 'Operator', number>
    >;
    readonly RelatedElementKind: Readonly<Record<'Declaration' | 'Syntax', number>>;
  };
}

/** The library as its two scripts leave it on the global object. */
export function kustoLanguage(): KustoLanguage {
  const { Kusto } = globalThis as unknown as { Kusto?: { Language: KustoLanguage } };
  if (!Kusto) throw new Error('The scripts of Kusto.Language are not loaded.');
  return Kusto.Language;
}

/** Lists of the library are arrays or Bridge lists, depending on who made them. */
export function listOf<T>(sequence: RawSequence<T> | null | undefined): readonly T[] {
  if (!sequence) return [];
  if (isArray(sequence)) return sequence;
  return Array.from({ length: sequence.Count }, (_, index) => sequence.getItem(index));
}

function isArray<T>(sequence: RawSequence<T>): sequence is readonly T[] {
  return Array.isArray(sequence);
}

/** Numbers of an enumeration of the library → its names. */
export function namesOf(
  enumeration: Readonly<Record<string, unknown>>,
): ReadonlyMap<number, string> {
  return new Map(
    Object.entries(enumeration).flatMap(([name, value]) =>
      typeof value === 'number' ? [[value, name] as const] : [],
    ),
  );
}
