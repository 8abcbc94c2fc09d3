import {
  CATEGORIES,
  type Category,
  type Command,
  type CommandRunner,
} from '../../client/command.ts';
import type { Services } from '../../client/services.ts';

export interface Menu {
  readonly category: Category;
  /** Groups in order; a line stands between two of them. */
  readonly groups: readonly (readonly Command[])[];
}

/** Menus of the menu bar, of the commands that say that they stand in one. */
export function menusOf(commands: readonly Command[]): readonly Menu[] {
  return CATEGORIES.map((category) => {
    const mine = commands.filter((c) => c.category === category && c.menu !== undefined);
    const numbers = [...new Set(mine.map((c) => c.menu ?? 0))].sort((a, b) => a - b);
    return { category, groups: numbers.map((number) => mine.filter((c) => c.menu === number)) };
  }).filter((menu) => menu.groups.length > 0);
}

/** Commands whose title or category holds all words of a text, best first. */
export function searchCommands(commands: readonly Command[], text: string): readonly Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const score = (command: Command): number => {
    const title = command.title.toLowerCase();
    const whole = `${command.category.toLowerCase()} ${title}`;
    if (!words.every((word) => whole.includes(word))) return -1;
    const first = words[0] ?? '';
    if (title.startsWith(first)) return 3;
    return title.includes(` ${first}`) ? 2 : 1;
  };
  return commands
    .map((command, index) => ({ command, index, points: score(command) }))
    .filter((found) => found.points >= 0)
    .sort((a, b) => b.points - a.points || a.index - b.index)
    .map((found) => found.command);
}

/** Runs commands by id. `onError` gets what a command throws. */
export function createRunner(
  commands: readonly Command[],
  services: () => Services,
  onError: (command: Command, error: unknown) => void,
): CommandRunner {
  const byId = new Map(commands.map((command) => [command.id, command]));
  return {
    commands,
    execute(id, argument) {
      const command = byId.get(id);
      if (!command) throw new Error(`There is no command ${id}.`);
      const all = services();
      if (command.when && !command.when(all)) return;
      Promise.resolve()
        .then(() => command.run(all, argument))
        .catch((error: unknown) => onError(command, error));
    },
  };
}
