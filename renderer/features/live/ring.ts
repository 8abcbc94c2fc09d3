import type { CellValue, ResultBatch } from '../../../common/arrow/result-batch.ts';
import type { Column } from '../../../common/types/kql-type.ts';

const BLOCK_ROWS = 1_024;

/** Columns of at most BLOCK_ROWS values; a column that the table has got later is shorter or missing. */
interface Block {
  readonly columns: CellValue[][];
  rows: number;
}

/**
 * The newest rows, up to a bound: what comes beyond it pushes the oldest ones out. Rows are counted from the
 * oldest that is still there.
 */
export class Ring {
  readonly capacity: number;
  #columns: readonly Column[] = [];
  #blocks: Block[] = [];
  /** Rows of the first block that are gone. */
  #gone = 0;
  #rows = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get rowCount(): number {
    return this.#rows;
  }

  /** All columns that any row has had, each name and type once, in the order of their coming. */
  get columns(): readonly Column[] {
    return this.#columns;
  }

  /** Blocks in memory: never more than the bound asks for. */
  get blockCount(): number {
    return this.#blocks.length;
  }

  cell(row: number, column: number): CellValue {
    if (row < 0 || row >= this.#rows) return null;
    const at = row + this.#gone;
    const block = this.#blocks[Math.floor(at / BLOCK_ROWS)];
    return block?.columns[column]?.[at % BLOCK_ROWS] ?? null;
  }

  /** Adds columns that are new. Returns whether there were any. */
  adopt(columns: readonly Column[]): boolean {
    const fresh = columns.filter((c) => this.#place(c) < 0);
    if (fresh.length === 0) return false;
    this.#columns = [...this.#columns, ...fresh.map(({ name, type }) => ({ name, type }))];
    return true;
  }

  /** Copies the rows of a batch. Returns how many of the oldest rows went. */
  append(batch: ResultBatch): number {
    this.adopt(batch.columns);
    const places = batch.columns.map((column) => this.#place(column));
    const from = Math.max(0, batch.rowCount - this.capacity);
    for (let row = from; row < batch.rowCount; row++) {
      const block = this.#open();
      for (const [i, place] of places.entries()) {
        const cells = block.columns[place] ?? [];
        block.columns[place] = cells;
        cells[block.rows] = batch.cell(row, i);
      }
      block.rows++;
    }
    this.#rows += batch.rowCount - from;
    return this.#trim() + from;
  }

  /** Takes the rows away, and what was known of their columns. */
  reset(): void {
    this.clear();
    this.#columns = [];
  }

  clear(): void {
    this.#blocks = [];
    this.#gone = 0;
    this.#rows = 0;
  }

  #place({ name, type }: Column): number {
    return this.#columns.findIndex((c) => c.name === name && c.type === type);
  }

  #open(): Block {
    const last = this.#blocks.at(-1);
    if (last && last.rows < BLOCK_ROWS) return last;
    const block: Block = { columns: [], rows: 0 };
    this.#blocks.push(block);
    return block;
  }

  #trim(): number {
    const over = Math.max(0, this.#rows - this.capacity);
    this.#gone += over;
    this.#rows -= over;
    const whole = Math.floor(this.#gone / BLOCK_ROWS);
    this.#blocks.splice(0, whole);
    this.#gone -= whole * BLOCK_ROWS;
    return over;
  }
}
