export { parameterCommands } from './commands.tsx';
export { currentParameters } from './parameter-sets.ts';
