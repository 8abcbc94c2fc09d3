import { LanguageCallCancelled } from '../language/client.ts';
import type { TextRange } from '../language/protocol.ts';
import { monaco } from '../monaco.ts';

export type Model = monaco.editor.ITextModel;

export const rangeOf = (model: Model, { start, length }: TextRange): monaco.Range =>
  monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(start + length));

/** What was given up is not an error to the editor; it means "nothing". */
export async function orNothing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof LanguageCallCancelled) return undefined;
    throw error;
  }
}
