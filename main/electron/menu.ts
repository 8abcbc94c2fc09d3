import type { MenuItemConstructorOptions } from 'electron';
import type { ShellMenu, ShellMenuItem } from '../../common/contract/shell.ts';

/** A key that a native menu can show. Sequences such as `Ctrl+K Ctrl+C` are the window's own. */
const ACCELERATOR =
  /^((Ctrl|Cmd|Alt|Shift|Meta)\+)*([A-Z0-9]|F([1-9]|1\d|2[0-4])|Enter|Esc|Space|Tab|Delete|Home|End|PageUp|PageDown|Up|Down|Left|Right|[/.,;'[\]\\=-])$/;

/**
 * The native menu: the commands that the window named, with the entries that each platform expects. Choosing
 * one sends its id back to the window, which does the work.
 */
export function menuTemplate(
  menus: readonly ShellMenu[],
  platform: NodeJS.Platform,
  choose: (commandId: string) => void,
): MenuItemConstructorOptions[] {
  const own = menus.map((menu) => ({
    label: menu.label,
    submenu: menu.items.map((item) => itemTemplate(item, platform, choose)),
  }));
  if (platform !== 'darwin') return own;
  // Without these roles the keys for copy and paste do nothing in a text field on macOS.
  const edit = own.find((menu) => menu.label === 'Edit');
  const roles = editRoles();
  if (edit) edit.submenu = [...roles, { type: 'separator' }, ...edit.submenu];
  else own.splice(1, 0, { label: 'Edit', submenu: roles });
  return [{ role: 'appMenu' }, ...own, { role: 'windowMenu' }];
}

function itemTemplate(
  item: ShellMenuItem,
  platform: NodeJS.Platform,
  choose: (commandId: string) => void,
): MenuItemConstructorOptions {
  if (item.kind === 'separator') return { type: 'separator' };
  const accelerator = item.keys === undefined ? undefined : acceleratorOf(item.keys, platform);
  return {
    id: item.id,
    label: item.label,
    enabled: item.enabled,
    click: () => choose(item.id),
    // The window handles keys itself; here they are only shown.
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
  };
}

export function acceleratorOf(keys: string, platform: NodeJS.Platform): string | undefined {
  if (!ACCELERATOR.test(keys)) return undefined;
  return platform === 'darwin' ? keys.replace(/\bCtrl\b/, 'CommandOrControl') : keys;
}

function editRoles(): MenuItemConstructorOptions[] {
  return [
    { role: 'undo' },
    { role: 'redo' },
    { type: 'separator' },
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
  ];
}
