import { helpUrl } from '../help-url.ts';
import { KQL } from '../kql-grammar.ts';
import type { LanguageClient } from '../language/client.ts';
import type { HoverInfo } from '../language/protocol.ts';
import { documentIdOf } from '../models.ts';
import type { monaco } from '../monaco.ts';
import { orNothing, rangeOf } from './shared.ts';

/** What a name is, beside the pointer. */
export function hoverProvider(server: LanguageClient): monaco.languages.HoverProvider {
  return {
    async provideHover(model, position, token) {
      const info = await orNothing(
        server.call(
          'hover',
          documentIdOf(model.uri),
          { offset: model.getOffsetAt(position) },
          token,
        ),
      );
      if (!info) return null;
      return { range: rangeOf(model, info.range), contents: markdownOf(info) };
    },
  };
}

/** The parameters of the call around the caret. */
export function signatureProvider(server: LanguageClient): monaco.languages.SignatureHelpProvider {
  return {
    signatureHelpTriggerCharacters: ['(', ','],
    signatureHelpRetriggerCharacters: [')'],
    async provideSignatureHelp(model, position, token) {
      const info = await orNothing(
        server.call(
          'signature',
          documentIdOf(model.uri),
          { offset: model.getOffsetAt(position) },
          token,
        ),
      );
      if (!info) return null;
      return {
        dispose: () => {},
        value: {
          activeSignature: info.activeSignature,
          activeParameter: info.activeParameter,
          signatures: info.signatures.map(({ label, parameters }) => ({
            label,
            documentation: { value: info.description },
            parameters: parameters.map((p) => ({
              label: [p.from, p.from + p.label.length] as [number, number],
            })),
          })),
        },
      };
    },
  };
}

/** A link to the page of what the language defines. */
export function helpLink(info: HoverInfo): string {
  return info.help ? `[Documentation](${helpUrl(info.help)})` : '';
}

function markdownOf(info: HoverInfo): monaco.IMarkdownString[] {
  const [first, ...rest] = info.texts;
  return [
    ...(first === undefined ? [] : [{ value: `\`\`\`${KQL}\n${first}\n\`\`\`` }]),
    ...rest.map((value) => ({ value })),
    ...(info.help ? [{ value: helpLink(info) }] : []),
  ];
}
