import { lazy } from 'react';
import { languageServer } from './language-server.ts';

export { ProblemsPane } from './ProblemsPane.tsx';
export { StatisticsPane } from './StatisticsPane.tsx';
export { EDITOR_SETTINGS, FORMAT_SETTING } from './settings.ts';

/** Monaco is most of the page: the frame is drawn before it has come. */
export const QueryEditor = lazy(loadEditor);

function loadEditor() {
  return import('./QueryEditor.tsx').then((module) => ({ default: module.QueryEditor }));
}

/** Starts loading the editor and its language worker, so that they are there when they are first needed. */
export function warmUpEditor(): void {
  languageServer();
  // A failure shows where the editor is drawn.
  loadEditor().catch(() => {});
}
