import { lazy } from 'react';

export { ProblemsPane } from './ProblemsPane.tsx';
export { StatisticsPane } from './StatisticsPane.tsx';
export { EDITOR_SETTINGS, FORMAT_SETTING } from './settings.ts';

/** Monaco is most of the page: the frame is drawn before it has come. */
export const QueryEditor = lazy(() =>
  import('./QueryEditor.tsx').then((module) => ({ default: module.QueryEditor })),
);
