/** A result is fetched in blocks of so many rows, aligned, so that equal needs find the same block. */
export const BLOCK_ROWS = 128;
/** … and so many columns, so that a 5,000-column result does not send what nobody sees. */
export const BLOCK_COLUMNS = 64;

export interface Viewport {
  readonly firstRow: number;
  /** One past the last row. */
  readonly lastRow: number;
  /** Places in the result's own column order. */
  readonly columns: readonly number[];
  /** Rows per frame that the viewport moved last; its sign is the direction to prefetch in. */
  readonly velocity: number;
}

export interface BlockAddress {
  readonly block: number;
  readonly chunk: number;
}

export interface BlockPlan {
  /** Blocks under the eye, the nearest to the middle first. */
  readonly visible: readonly BlockAddress[];
  /** Blocks to have at hand before they are needed. */
  readonly ahead: readonly BlockAddress[];
}

export const blockKey = (a: BlockAddress): string => `${a.block}:${a.chunk}`;

/** Which blocks a viewport needs now and which soon. */
export function planBlocks(view: Viewport, rowCount: number): BlockPlan {
  if (rowCount === 0 || view.lastRow <= view.firstRow) return { visible: [], ahead: [] };
  const chunks = [...new Set(view.columns.map((c) => Math.floor(c / BLOCK_COLUMNS)))].sort(
    (a, b) => a - b,
  );
  const lastBlock = Math.floor((rowCount - 1) / BLOCK_ROWS);
  const first = Math.floor(view.firstRow / BLOCK_ROWS);
  const last = Math.min(Math.floor((Math.min(view.lastRow, rowCount) - 1) / BLOCK_ROWS), lastBlock);
  const visible: BlockAddress[] = [];
  for (let block = first; block <= last; block++)
    for (const chunk of chunks) visible.push({ block, chunk });
  const middle = (view.firstRow + view.lastRow) / 2;
  const distance = (a: BlockAddress): number =>
    Math.abs(a.block * BLOCK_ROWS + BLOCK_ROWS / 2 - middle);
  visible.sort((a, b) => distance(a) - distance(b));

  const depth = Math.min(8, 1 + Math.ceil((Math.abs(view.velocity) * 12) / BLOCK_ROWS));
  const down = view.velocity >= 0;
  const ahead: BlockAddress[] = [];
  const add = (block: number): void => {
    if (block < 0 || block > lastBlock) return;
    for (const chunk of chunks) ahead.push({ block, chunk });
  };
  for (let i = 1; i <= depth; i++) add(down ? last + i : first - i);
  add(down ? first - 1 : last + 1);
  return { visible, ahead };
}
