import { createStore } from 'zustand/vanilla';
import type { Diagnostic } from '../../../common/contract/values.ts';

/** What is wrong in each open document, as its squiggles say; spans fit the document. */
export const problemsStore = createStore<{
  readonly byDocument: Readonly<Record<string, readonly Diagnostic[]>>;
}>(() => ({ byDocument: {} }));
