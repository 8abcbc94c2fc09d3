import type { Command } from '../../client/command.ts';
import { editCommands } from './edit-commands.ts';
import { runCommands } from './run-commands.ts';

export const editorCommands: readonly Command[] = [...runCommands, ...editCommands];
