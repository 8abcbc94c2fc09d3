import type { Command } from '../client/command.ts';
import type { PaneId } from '../client/panes.ts';
import { paletteStore } from './CommandPalette.tsx';
import { PANE_TITLES } from './layout/default-layout.ts';

const focusPane = (pane: PaneId, keys: readonly string[]): Command => ({
  id: `frame.focus.${pane}`,
  title: PANE_TITLES[pane],
  category: 'View',
  menu: 1,
  ...(keys.length > 0 ? { keys } : {}),
  run: ({ panes }) => panes.focus(pane),
});

/** Parts of the frame that F6 goes round. */
const ROUND: readonly ('editor' | PaneId)[] = ['explorer', 'editor', 'results'];

function nextPart(back: boolean): 'editor' | PaneId {
  const here = document.activeElement?.closest<HTMLElement>('[data-pane]')?.dataset.pane;
  const at = ROUND.findIndex((part) => (part === 'editor' ? here === 'document' : here === part));
  const next = (at + (back ? -1 : 1) + ROUND.length) % ROUND.length;
  return ROUND[at < 0 ? 1 : next] ?? 'editor';
}

const goRound = (id: string, title: string, keys: string, back: boolean): Command => ({
  id,
  title,
  category: 'View',
  keys: [keys],
  run: ({ panes, editor }) => {
    const part = nextPart(back);
    if (part === 'editor') editor.focus();
    else panes.focus(part);
  },
});

export const frameCommands: readonly Command[] = [
  {
    id: 'app.palette',
    title: 'Commands…',
    category: 'View',
    keys: ['F1', 'Ctrl+Alt+P'],
    menu: 0,
    run: () => paletteStore.setState({ open: true }),
  },
  {
    id: 'frame.focusEditor',
    title: 'Query editor',
    category: 'View',
    keys: ['Ctrl+Shift+Y'],
    menu: 1,
    run: ({ editor }) => editor.focus(),
  },
  focusPane('explorer', ['Ctrl+Shift+E']),
  focusPane('saved', ['Ctrl+Shift+Q']),
  focusPane('history', ['Ctrl+F8']),
  focusPane('results', ['Ctrl+Shift+R']),
  focusPane('chart', ['Ctrl+Shift+P']),
  focusPane('details', ['Ctrl+Shift+F10']),
  focusPane('errors', ['Ctrl+Shift+K']),
  focusPane('statistics', ['Ctrl+Shift+S']),
  focusPane('jobs', []),
  goRound('frame.nextPane', 'Next pane', 'F6', false),
  goRound('frame.previousPane', 'Previous pane', 'Shift+F6', true),
  {
    id: 'frame.toggleResults',
    title: 'Show or hide the results',
    category: 'View',
    keys: ['Ctrl+J'],
    menu: 2,
    run: ({ panes }) => {
      const shown = (['results', 'chart', 'errors', 'statistics', 'jobs'] as const).find((pane) =>
        panes.isVisible(pane),
      );
      panes.toggle(shown ?? 'results');
    },
  },
  {
    id: 'frame.fullView',
    title: 'Full view',
    category: 'View',
    keys: ['F11'],
    menu: 2,
    run: ({ panes }) => panes.toggleFullView(),
  },
  {
    id: 'frame.resetLayout',
    title: 'Reset the layout',
    category: 'View',
    menu: 2,
    run: ({ panes }) => panes.resetLayout(),
  },
];
