export { explorerCommands } from './commands.ts';
export { Explorer } from './Explorer.tsx';
export { quoteName } from './quote-name.ts';
