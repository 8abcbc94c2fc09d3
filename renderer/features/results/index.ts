export { type Cells, fitLayout } from './autosize.ts';
export { ChartPane } from './chart/ChartPane.tsx';
export { resultsCommands } from './commands.ts';
export { DetailsPane } from './DetailsPane.tsx';
export { openGrid } from './open-grid.ts';
export { formatOptions, GRID_SETTINGS } from './preferences.ts';
export { ResultsPane } from './ResultsPane.tsx';
