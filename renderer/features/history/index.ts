export { historyCommands } from './commands.ts';
export { HistoryPane } from './HistoryPane.tsx';
export { SavedPane } from './SavedPane.tsx';
