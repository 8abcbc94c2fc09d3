import type { Command } from '../../client/command.ts';
import type { Services } from '../../client/services.ts';
import { SETTINGS } from '../../client/settings-store.ts';
import { SettingsDialog } from './SettingsDialog.tsx';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';

const ZOOM_STEPS = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3];

function zoom({ settings }: Services, by: number): void {
  const now = settings.get(SETTINGS.zoom);
  const at = ZOOM_STEPS.findIndex((step) => step >= now);
  const next = ZOOM_STEPS[Math.min(ZOOM_STEPS.length - 1, Math.max(0, at + by))];
  if (next !== undefined) settings.set(SETTINGS.zoom, next);
}

export const settingsCommands: readonly Command[] = [
  {
    id: 'settings.open',
    title: 'Options…',
    category: 'Tools',
    keys: ['Ctrl+Shift+O', 'Ctrl+,'],
    menu: 1,
    run: ({ dialogs }) => dialogs.show((close) => <SettingsDialog onClose={close} />),
  },
  {
    id: 'settings.toggleTheme',
    title: 'Light or dark',
    category: 'View',
    keys: ['Shift+F12'],
    menu: 3,
    run: ({ settings }) =>
      settings.set(
        SETTINGS.theme,
        document.documentElement.dataset.theme === 'light' ? 'dark' : 'light',
      ),
  },
  {
    id: 'settings.zoomIn',
    title: 'Larger',
    category: 'View',
    keys: ['Ctrl++', 'Ctrl+=', 'Ctrl+Shift++'],
    menu: 3,
    run: (services) => zoom(services, 1),
  },
  {
    id: 'settings.zoomOut',
    title: 'Smaller',
    category: 'View',
    keys: ['Ctrl+-'],
    menu: 3,
    run: (services) => zoom(services, -1),
  },
  {
    id: 'settings.zoomReset',
    title: 'Normal size',
    category: 'View',
    keys: ['Ctrl+0'],
    menu: 3,
    run: ({ settings }) => settings.set(SETTINGS.zoom, 1),
  },
  {
    id: 'help.shortcuts',
    title: 'Keyboard shortcuts',
    category: 'Help',
    menu: 1,
    run: ({ dialogs }) => dialogs.show((close) => <ShortcutsDialog onClose={close} />),
  },
  {
    id: 'help.language',
    title: 'KQL documentation',
    category: 'Help',
    menu: 1,
    run: ({ shell }) => shell.openExternal('https://learn.microsoft.com/kusto/query/'),
  },
];
