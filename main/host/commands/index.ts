import type { Command } from './command.ts';

/** By the name that Kusto.Language gives to the kind of command. */
export const COMMANDS: Readonly<Record<string, Command>> = {};
