export { refreshCommands } from './commands.ts';
export { RefreshControl } from './RefreshControl.tsx';
