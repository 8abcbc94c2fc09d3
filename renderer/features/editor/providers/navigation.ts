import { KQL } from '../kql-grammar.ts';
import type { CallSignal, LanguageClient } from '../language/client.ts';
import { documentIdOf } from '../models.ts';
import { monaco } from '../monaco.ts';
import { type Model, orNothing, rangeOf } from './shared.ts';

/** Definition, references, occurrences and renaming of names that a query declares. */
export function registerNavigation(server: LanguageClient): void {
  const related = (model: Model, position: monaco.Position, token: CallSignal) =>
    orNothing(
      server.call(
        'related',
        documentIdOf(model.uri),
        { offset: model.getOffsetAt(position) },
        token,
      ),
    ).then((found) => (found?.ranges ?? []).filter((range) => !range.syntax));

  monaco.languages.registerDefinitionProvider(KQL, {
    provideDefinition: async (model, position, token) =>
      (await related(model, position, token))
        .filter((range) => range.declaration)
        .map((range) => ({ uri: model.uri, range: rangeOf(model, range) })),
  });
  monaco.languages.registerReferenceProvider(KQL, {
    provideReferences: async (model, position, _context, token) =>
      (await related(model, position, token)).map((range) => ({
        uri: model.uri,
        range: rangeOf(model, range),
      })),
  });
  monaco.languages.registerDocumentHighlightProvider(KQL, {
    provideDocumentHighlights: async (model, position, token) =>
      (await related(model, position, token)).map((range) => ({ range: rangeOf(model, range) })),
  });
  monaco.languages.registerRenameProvider(KQL, {
    async provideRenameEdits(model, position, newName, token) {
      const ranges = await related(model, position, token);
      if (!ranges.some((range) => range.declaration))
        return { edits: [], rejectReason: 'Only names that this query declares can be renamed.' };
      if (!/^[A-Za-z_]\w*$/.test(newName))
        return { edits: [], rejectReason: `${newName} is not a name.` };
      return {
        edits: ranges.map((range) => ({
          resource: model.uri,
          versionId: model.getVersionId(),
          textEdit: { range: rangeOf(model, range), text: newName },
        })),
      };
    },
    async resolveRenameLocation(model, position, token) {
      const ranges = await related(model, position, token);
      const offset = model.getOffsetAt(position);
      const here = ranges.find((r) => r.start <= offset && offset <= r.start + r.length);
      if (!here || !ranges.some((range) => range.declaration))
        return {
          range: new monaco.Range(1, 1, 1, 1),
          text: '',
          rejectReason: 'Only names that this query declares can be renamed.',
        };
      const range = rangeOf(model, here);
      return { range, text: model.getValueInRange(range) };
    },
  });
}
