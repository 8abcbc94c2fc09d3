import type { ReactNode } from 'react';
import type { PaneId } from '../client/panes.ts';
import { ProblemsPane, StatisticsPane } from '../features/editor/index.ts';
import { Explorer } from '../features/explorer/index.ts';
import { HistoryPane, SavedPane } from '../features/history/index.ts';
import { ChartPane, DetailsPane, ResultsPane } from '../features/results/index.ts';
import { JobsPane } from './JobsPane.tsx';

export const PANE_VIEWS: Readonly<Record<PaneId, ReactNode>> = {
  explorer: <Explorer />,
  history: <HistoryPane />,
  saved: <SavedPane />,
  results: <ResultsPane />,
  chart: <ChartPane />,
  details: <DetailsPane />,
  errors: <ProblemsPane />,
  statistics: <StatisticsPane />,
  jobs: <JobsPane />,
};
