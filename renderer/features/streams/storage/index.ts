export { showSyncDetails } from './show-sync.tsx';
export { SYNC_LOOKS, syncDetail, syncSpoken, syncTooltip } from './sync-look.ts';
export { pauseOrResumeSync, runOrStop, syncMenu } from './sync-menu.ts';
export { syncStore, useSync, useSyncNames } from './sync-store.ts';
