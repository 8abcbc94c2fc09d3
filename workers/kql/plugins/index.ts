import type { Plugin, UnavailablePlugin } from './define.ts';

/** One line per plugin. */
const definitions: readonly (Plugin | UnavailablePlugin)[] = [];

export const plugins: ReadonlyMap<string, Plugin | UnavailablePlugin> = new Map(
  definitions.map((p) => [p.name, p]),
);
