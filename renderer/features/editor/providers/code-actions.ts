import type { LanguageClient } from '../language/client.ts';
import { documentIdOf } from '../models.ts';
import type { monaco } from '../monaco.ts';
import { type Model, orNothing, rangeOf } from './shared.ts';

interface KqlCodeAction extends monaco.languages.CodeAction {
  readonly key: string;
  readonly model: Model;
  readonly offset: number;
}

/** Quick fixes and refactorings of the language library. */
export function codeActionProvider(server: LanguageClient): monaco.languages.CodeActionProvider {
  return {
    async provideCodeActions(model, range, _context, token) {
      const start = model.getOffsetAt(range.getStartPosition());
      const end = model.getOffsetAt(range.getEndPosition());
      const found = await orNothing(
        server.call(
          'actions',
          documentIdOf(model.uri),
          { offset: start, selection: { start, length: end - start } },
          token,
        ),
      );
      const actions = (found ?? []).map(
        (action): KqlCodeAction => ({
          title: action.title,
          kind: action.title.startsWith('Extract') ? 'refactor.extract' : 'quickfix',
          key: action.key,
          model,
          offset: start,
        }),
      );
      return { actions, dispose: () => {} };
    },
    async resolveCodeAction(action, token) {
      const { key, model, offset } = action as KqlCodeAction;
      const result = await orNothing(
        server.call('applyAction', documentIdOf(model.uri), { offset, key }, token),
      );
      if (!result) return action;
      if (result.failure !== undefined) return { ...action, disabled: result.failure };
      return {
        ...action,
        edit: {
          edits: result.edits.map((edit) => ({
            resource: model.uri,
            versionId: model.getVersionId(),
            textEdit: { range: rangeOf(model, edit), text: edit.text },
          })),
        },
      };
    },
  };
}
