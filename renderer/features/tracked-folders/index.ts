export { trackedFolderCommands } from './folders.ts';
export { TrackedFolders } from './TrackedFolders.tsx';
