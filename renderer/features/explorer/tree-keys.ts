import type { TreeRow } from './tree-model.ts';

export interface TreeKeyActions {
  moveTo(index: number): void;
  toggle(row: TreeRow): void;
  activate(row: TreeRow): void;
  menu(row: TreeRow, index: number): void;
  /** Runs the entry of the row's menu that has these keys; false if there is none. */
  run(keys: string): boolean;
}

interface TreeKeyEvent {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Keys of a tree (ARIA's tree pattern, and Kusto.Explorer's own). Says whether the key meant something. */
export function treeKey(
  event: TreeKeyEvent,
  rows: readonly TreeRow[],
  at: number,
  actions: TreeKeyActions,
): boolean {
  const row = rows[at];
  if (!row || event.altKey) return false;
  const command = event.ctrlKey || event.metaKey;
  switch (event.key) {
    case 'ArrowDown':
      actions.moveTo(Math.min(at + 1, rows.length - 1));
      return true;
    case 'ArrowUp':
      actions.moveTo(command ? parentOf(rows, row, at) : Math.max(at - 1, 0));
      return true;
    case 'ArrowRight':
      if (row.expandable && !row.expanded) actions.toggle(row);
      else if (row.expanded) actions.moveTo(at + 1);
      return true;
    case 'ArrowLeft':
      if (row.expanded) actions.toggle(row);
      else actions.moveTo(parentOf(rows, row, at));
      return true;
    case 'Home':
      actions.moveTo(0);
      return true;
    case 'End':
      actions.moveTo(rows.length - 1);
      return true;
    case 'PageDown':
      actions.moveTo(Math.min(at + 20, rows.length - 1));
      return true;
    case 'PageUp':
      actions.moveTo(Math.max(at - 20, 0));
      return true;
    case 'Enter':
      actions.activate(row);
      return true;
    case 'ContextMenu':
      actions.menu(row, at);
      return true;
    case 'F10':
      if (!event.shiftKey) return false;
      actions.menu(row, at);
      return true;
    case 'F2':
      return actions.run('F2');
    case 'Delete':
      return actions.run('Delete');
    case ' ':
      return actions.run('Space');
    default:
      if (command || event.key.length !== 1) return false;
      return typeAhead(rows, at, event.key, actions);
  }
}

function parentOf(rows: readonly TreeRow[], row: TreeRow, at: number): number {
  const parent = rows.findIndex((other) => other.id === row.parentId);
  return parent < 0 ? at : parent;
}

function typeAhead(
  rows: readonly TreeRow[],
  at: number,
  letter: string,
  actions: TreeKeyActions,
): boolean {
  const wanted = letter.toLowerCase();
  for (let step = 1; step <= rows.length; step++) {
    const index = (at + step) % rows.length;
    if (rows[index]?.label.toLowerCase().startsWith(wanted)) {
      actions.moveTo(index);
      return true;
    }
  }
  return false;
}
