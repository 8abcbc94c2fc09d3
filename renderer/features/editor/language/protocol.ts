import type { SchemaInfo } from '../../../../common/contract/schema.ts';
import type { Diagnostic } from '../../../../common/contract/values.ts';

/** Offsets count UTF-16 units from the document's beginning; documents have `\n` line ends only. */
export interface TextRange {
  readonly start: number;
  readonly length: number;
}

export interface TextEdit extends TextRange {
  readonly text: string;
}

export interface Completion {
  /** Kusto.Language's name of the kind: `Column`, `BuiltInFunction`… */
  readonly kind: string;
  readonly label: string;
  readonly match: string;
  readonly order: string;
  /** Text before and after the place where the caret shall stand. */
  readonly before: string;
  readonly after: string;
  readonly retrigger: boolean;
}

export interface CompletionList {
  readonly items: readonly Completion[];
  readonly edit: TextRange;
}

export interface HoverInfo {
  readonly range: TextRange;
  /** `Delay: real`, `(function) strcat(arg, ...): string`. */
  readonly texts: readonly string[];
  /** Set for what the language itself defines. */
  readonly help?: { readonly kind: 'function' | 'operator'; readonly name: string };
}

export interface SignatureInfo {
  readonly name: string;
  readonly description: string;
  readonly signatures: readonly {
    readonly label: string;
    readonly parameters: readonly { readonly label: string; readonly from: number }[];
  }[];
  readonly activeSignature: number;
  readonly activeParameter: number;
}

export interface TokenRange extends TextRange {
  /** Kusto.Language's name of the classification. */
  readonly kind: string;
}

export interface RelatedRange extends TextRange {
  readonly declaration: boolean;
  readonly syntax: boolean;
}

export interface ActionInfo {
  /** Names the action within the last list of the same document. */
  readonly key: string;
  readonly title: string;
  readonly description: string;
}

export type Placement = 'newLine' | 'smart' | 'none';

export interface FormatOptions {
  readonly indent: number;
  readonly pipe: Placement;
  readonly semicolon: Placement;
  readonly brackets: 'default' | 'vertical' | 'diagonal';
  readonly insertMissing: boolean;
}

/** What the language worker answers. `sync` comes before everything that reads a changed document. */
export interface LanguageCalls {
  setSchema: { params: { schema: SchemaInfo }; result: undefined };
  sync: { params: { text: string; database: string }; result: undefined };
  close: { params: object; result: undefined };
  complete: { params: { offset: number }; result: CompletionList };
  describe: { params: { offset: number; edit: TextEdit }; result: HoverInfo | undefined };
  hover: { params: { offset: number }; result: HoverInfo | undefined };
  signature: { params: { offset: number }; result: SignatureInfo | undefined };
  diagnostics: { params: object; result: readonly Diagnostic[] };
  tokens: { params: TextRange; result: readonly TokenRange[] };
  folds: { params: object; result: readonly (TextRange & { readonly label: string })[] };
  format: { params: TextRange & { options: FormatOptions }; result: readonly TextEdit[] };
  related: {
    params: { offset: number };
    result: { readonly current: number; readonly ranges: readonly RelatedRange[] };
  };
  actions: {
    params: { offset: number; selection: TextRange };
    result: readonly ActionInfo[];
  };
  applyAction: {
    params: { offset: number; key: string };
    result: { readonly edits: readonly TextEdit[]; readonly failure: string | undefined };
  };
}

export type LanguageMethod = keyof LanguageCalls;

export type LanguageRequest = {
  [M in LanguageMethod]: {
    readonly id: number;
    readonly method: M;
    readonly documentId: string;
    readonly params: LanguageCalls[M]['params'];
  };
}[LanguageMethod];

export type ToWorker = LanguageRequest | { readonly cancel: number };

export type FromWorker =
  | { readonly ready: true }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };
