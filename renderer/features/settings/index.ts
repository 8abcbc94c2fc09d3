export { settingsCommands } from './commands.tsx';
