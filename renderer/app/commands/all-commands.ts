import type { Command } from '../../client/command.ts';
import { alertCommands } from '../../features/alerts/index.ts';
import { documentCommands } from '../../features/documents/commands.tsx';
import { editorCommands } from '../../features/editor/commands.ts';
import { explorerCommands } from '../../features/explorer/commands.ts';
import { historyCommands } from '../../features/history/commands.ts';
import { ingestCommands } from '../../features/ingest/commands.ts';
import { liveCommands } from '../../features/live/index.ts';
import { parameterCommands } from '../../features/parameters/index.ts';
import { refreshCommands } from '../../features/refresh/index.ts';
import { resultsCommands } from '../../features/results/commands.ts';
import { settingsCommands } from '../../features/settings/index.ts';
import { streamCommands } from '../../features/streams/commands.ts';
import { trackedFolderCommands } from '../../features/tracked-folders/index.ts';
import { frameCommands } from '../frame-commands.ts';

/** Everything that a person can do. A feature's commands are added here, in one line. */
export const ALL_COMMANDS: readonly Command[] = [
  ...documentCommands,
  ...editorCommands,
  ...explorerCommands,
  ...historyCommands,
  ...trackedFolderCommands,
  ...ingestCommands,
  ...liveCommands,
  ...alertCommands,
  ...parameterCommands,
  ...refreshCommands,
  ...resultsCommands,
  ...frameCommands,
  ...settingsCommands,
  ...streamCommands,
];
