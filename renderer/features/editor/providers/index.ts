import { KQL } from '../kql-grammar.ts';
import type { LanguageClient } from '../language/client.ts';
import type { FormatOptions } from '../language/protocol.ts';
import { monaco } from '../monaco.ts';
import { codeActionProvider } from './code-actions.ts';
import { completionProvider } from './completion.ts';
import { foldingProvider, registerFormatting } from './format.ts';
import { hoverProvider, signatureProvider } from './help.ts';
import { registerNavigation } from './navigation.ts';
import { tokensProvider } from './tokens.ts';

export interface ProviderOptions {
  readonly server: LanguageClient;
  readonly format: () => FormatOptions;
}

/** Connects Monaco's language features of KQL with the language worker. */
export function registerProviders({ server, format }: ProviderOptions): void {
  const { languages } = monaco;
  languages.registerCompletionItemProvider(KQL, completionProvider(server));
  languages.registerHoverProvider(KQL, hoverProvider(server));
  languages.registerSignatureHelpProvider(KQL, signatureProvider(server));
  languages.registerDocumentRangeSemanticTokensProvider(KQL, tokensProvider(server));
  languages.registerFoldingRangeProvider(KQL, foldingProvider(server));
  languages.registerCodeActionProvider(KQL, codeActionProvider(server));
  registerFormatting(server, format);
  registerNavigation(server);
}
