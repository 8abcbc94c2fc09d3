export { documentCommands } from './commands.ts';
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
