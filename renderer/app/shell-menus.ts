import type { ShellMenu, ShellMenuItem } from '../../common/contract/shell.ts';
import type { Services } from '../client/services.ts';
import { menusOf } from './commands/registry.ts';

/** The menu bar as the desktop's own shell takes it. */
export function menusForShell({ commands }: Pick<Services, 'commands'>): readonly ShellMenu[] {
  return menusOf(commands.commands).map((menu) => ({
    label: menu.category,
    items: menu.groups.flatMap((group, index): ShellMenuItem[] => [
      ...(index > 0 ? [{ kind: 'separator' as const }] : []),
      ...group.map((command) => ({
        kind: 'command' as const,
        id: command.id,
        label: command.title,
        ...(command.keys?.[0] === undefined ? {} : { keys: command.keys[0] }),
        enabled: true,
      })),
    ]),
  }));
}
