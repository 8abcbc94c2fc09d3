import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import type { ShellMenu } from '../../common/contract/shell.ts';
import { acceleratorOf, menuTemplate } from './menu.ts';

const menus: readonly ShellMenu[] = [
  {
    label: 'Query',
    items: [
      { kind: 'command', id: 'query.run', label: 'Run', keys: 'Shift+Enter', enabled: true },
      { kind: 'separator' },
      { kind: 'command', id: 'query.cancel', label: 'Cancel', enabled: false },
    ],
  },
];

const itemsOf = (menu: MenuItemConstructorOptions | undefined): MenuItemConstructorOptions[] =>
  menu?.submenu as MenuItemConstructorOptions[];

describe('menuTemplate', () => {
  it('sends the id of the chosen command', () => {
    const chosen: string[] = [];
    const template = menuTemplate(menus, 'win32', (id) => chosen.push(id));
    const run = itemsOf(template[0])[0];
    run?.click?.(undefined as never, undefined, undefined as never);
    expect(chosen).toEqual(['query.run']);
    expect(run).toMatchObject({ label: 'Run', accelerator: 'Shift+Enter', enabled: true });
    expect(itemsOf(template[0])[2]).toMatchObject({ label: 'Cancel', enabled: false });
  });

  it('adds what macOS needs for copy and paste', () => {
    const template = menuTemplate(menus, 'darwin', () => {});
    expect(template.map((menu) => menu.label ?? menu.role)).toEqual([
      'appMenu',
      'Query',
      'Edit',
      'windowMenu',
    ]);
    expect(itemsOf(template[2]).map((item) => item.role)).toContain('paste');
  });

  it('puts them into an Edit menu that is there', () => {
    const template = menuTemplate([{ label: 'Edit', items: [] }], 'darwin', () => {});
    expect(template).toHaveLength(3);
    expect(itemsOf(template[1]).map((item) => item.role)).toContain('copy');
  });
});

describe('acceleratorOf', () => {
  it('keeps what a native menu can show', () => {
    expect(acceleratorOf('Ctrl+Shift+T', 'linux')).toBe('Ctrl+Shift+T');
    expect(acceleratorOf('Ctrl+Shift+T', 'darwin')).toBe('CommandOrControl+Shift+T');
    expect(acceleratorOf('F5', 'win32')).toBe('F5');
  });

  it.each(['Ctrl+K Ctrl+C', 'Strg+X', '', 'Ctrl+', 'F25'])('leaves %j out', (keys) => {
    expect(acceleratorOf(keys, 'win32')).toBeUndefined();
  });
});
