export { alertCommands } from './commands.tsx';
export { followAlerts } from './notices.ts';
