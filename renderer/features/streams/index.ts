export { streamCommands } from './commands.ts';
export { SOURCE_ENTRIES, type SourceEntry, SourceWizard } from './SourceWizard.tsx';
export { showStreamDetails } from './show.tsx';
export {
  pauseOrResumeSync,
  runOrStop,
  SYNC_LOOKS,
  showSyncDetails,
  syncDetail,
  syncMenu,
  syncSpoken,
  syncStore,
  syncTooltip,
  useSync,
  useSyncNames,
} from './storage/index.ts';
export { isStopped, pauseOrResume } from './stream-actions.ts';
export { detailOf, STATE_LOOKS, spokenOf, tooltipOf } from './stream-look.ts';
export { streamMenu } from './stream-menu.ts';
export { streamStore, useStream, useStreamNames } from './stream-store.ts';
