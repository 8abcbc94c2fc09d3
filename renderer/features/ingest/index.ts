export { ingestCommands } from './commands.ts';
