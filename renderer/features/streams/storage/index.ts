export { showSyncDetails } from './show-sync.tsx';
export { pauseOrResumeSync, runOrStop } from './sync-actions.ts';
export { SYNC_LOOKS, syncDetail, syncSpoken, syncTooltip } from './sync-look.ts';
export { syncMenu } from './sync-menu.ts';
export { syncStore, useSync, useSyncNames } from './sync-store.ts';
