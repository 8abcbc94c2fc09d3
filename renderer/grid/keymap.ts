import type { CellPlace, GridSize } from './selection.ts';

export interface KeyPress {
  readonly key: string;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
}

export type GridCommand =
  | { readonly kind: 'move'; readonly to: CellPlace; readonly extend: boolean }
  | {
      readonly kind:
        | 'activate'
        | 'copy'
        | 'copyWithHeaders'
        | 'selectAll'
        | 'selectRow'
        | 'selectColumn'
        | 'goToRow'
        | 'find'
        | 'menu'
        | 'sort'
        | 'filterSelection'
        | 'filterColumn'
        | 'moveColumnLeft'
        | 'moveColumnRight'
        | 'narrower'
        | 'wider';
    };

/** A press that means the same wherever the focus is. */
function commonCommand({ key, ctrl, shift, alt }: KeyPress): GridCommand | undefined {
  if (key === 'ContextMenu' || (shift && key === 'F10')) return { kind: 'menu' };
  if (alt || !ctrl) return undefined;
  switch (key.toLowerCase()) {
    case 'a':
      return shift ? undefined : { kind: 'selectAll' };
    case 'c':
      return { kind: shift ? 'copyWithHeaders' : 'copy' };
    case 'g':
      return shift ? undefined : { kind: 'goToRow' };
    case 'f':
      return shift ? undefined : { kind: 'find' };
    case 'u':
      return shift ? undefined : { kind: 'filterColumn' };
    case 'q':
      return shift ? undefined : { kind: 'menu' };
    default:
      return undefined;
  }
}

function headerCommand({ key, ctrl, shift, alt }: KeyPress): GridCommand | undefined {
  if (key === 'Enter') return { kind: 'sort' };
  if (alt && key === 'ArrowDown') return { kind: 'menu' };
  if (ctrl && shift && key === 'ArrowLeft') return { kind: 'moveColumnLeft' };
  if (ctrl && shift && key === 'ArrowRight') return { kind: 'moveColumnRight' };
  if (alt && key === 'ArrowLeft') return { kind: 'narrower' };
  if (alt && key === 'ArrowRight') return { kind: 'wider' };
  return undefined;
}

function moveOf(
  press: KeyPress,
  focus: CellPlace,
  size: GridSize,
  page: number,
): CellPlace | undefined {
  const { key, ctrl } = press;
  const { row, column } = focus;
  const lastRow = size.rows - 1;
  const lastColumn = size.columns - 1;
  switch (key) {
    case 'ArrowUp':
      return { row: ctrl ? 0 : row - 1, column };
    case 'ArrowDown':
      return { row: ctrl ? lastRow : row + 1, column };
    case 'ArrowLeft':
      return { row, column: ctrl ? 0 : column - 1 };
    case 'ArrowRight':
      return { row, column: ctrl ? lastColumn : column + 1 };
    case 'PageUp':
      return { row: Math.max(0, row - page), column };
    case 'PageDown':
      return { row: row + page, column };
    case 'Home':
      return { row: ctrl ? 0 : row, column: 0 };
    case 'End':
      return { row: ctrl ? lastRow : row, column: lastColumn };
    default:
      return undefined;
  }
}

/**
 * The grid's keys, after the ARIA Authoring Practices' grid pattern, with Kusto.Explorer's and the web UI's own
 * beside them. `page` is the number of rows that PageUp and PageDown move by.
 */
export function commandOf(
  press: KeyPress,
  focus: CellPlace,
  size: GridSize,
  page: number,
): GridCommand | undefined {
  const { key, ctrl, shift, alt } = press;
  const common = commonCommand(press);
  if (common) return common;
  if (focus.row < 0) {
    const header = headerCommand(press);
    if (header) return header;
  } else {
    if (key === 'Enter' && !ctrl && !alt) return { kind: 'activate' };
    if (key === ' ' && shift && ctrl) return { kind: 'filterSelection' };
    if (key === ' ' && shift) return { kind: 'selectRow' };
    if (key === ' ' && ctrl) return { kind: 'selectColumn' };
  }
  if (alt) return undefined;
  const to = moveOf(press, focus, size, page);
  return to ? { kind: 'move', to, extend: shift && focus.row >= 0 } : undefined;
}
