export { documentCommands } from './commands.tsx';
export {
  activate,
  changeDocument,
  closeDocument,
  currentDatabase,
  newDocument,
  restoreDocuments,
  saveAgain,
} from './document-actions.ts';
export { isQueryFile, openQueryFile } from './file-actions.ts';
