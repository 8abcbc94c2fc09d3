export { ingestCommands } from './commands.ts';
export { ImportWizard } from './ImportWizard.tsx';
export { showImportWizard } from './show-wizard.tsx';
