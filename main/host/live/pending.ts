import type { Extent } from '../../../common/contract/store.ts';

/** New rows of a table that a tail has not read: what came with one commit, or was counted together. */
export interface Group {
  readonly extents: readonly Extent[];
  readonly rows: number;
  readonly bytes: number;
  /** Rows that pass the standing query; undefined until somebody has counted them. */
  readonly matched: number | undefined;
}

/** What may wait during a long pause: files that stay on the disk although merges have replaced them. */
const MOST_EXTENTS = 50_000;
const MOST_BYTES = 2 * 1024 ** 3;

/** A queue of new extents in the order of their arrival. What leaves it is let go by `release`. */
export class Pending {
  readonly #release: (extents: readonly Extent[]) => void;
  /** Extents of one table have the same few lists of columns. */
  readonly #columns = new Map<string, Extent['columns']>();
  #groups: Group[] = [];

  constructor(release: (extents: readonly Extent[]) => void) {
    this.#release = release;
  }

  get length(): number {
    return this.#groups.length;
  }

  get rows(): number {
    return sum(this.#groups, (g) => g.rows);
  }

  /** Rows that are known to match. */
  get matched(): number {
    return sum(this.#groups, (g) => g.matched ?? 0);
  }

  add(extents: readonly Extent[]): void {
    this.#groups.push(groupOf(extents.map((extent) => this.#lean(extent))));
  }

  /** The oldest groups, at least one, with at most so many rows and extents; they stay until they are taken. */
  oldest(rows: number, extents: number): readonly Group[] {
    return firstOf(this.#groups, rows, extents);
  }

  /** The oldest groups that nobody has counted, likewise. */
  uncounted(rows: number, extents: number): readonly Group[] {
    return firstOf(
      this.#groups.filter((g) => g.matched === undefined),
      rows,
      extents,
    );
  }

  /** Tells how many rows of some neighbours match, together; they are one group from then on. */
  counted(groups: readonly Group[], matched: number): void {
    const [first] = groups;
    const at = first ? this.#groups.indexOf(first) : -1;
    if (at < 0) return;
    const one = { ...groupOf(groups.flatMap((g) => g.extents)), matched };
    this.#groups.splice(at, groups.length, one);
  }

  /** Takes away the oldest groups until at most so many rows are left, or one group. */
  trim(rows: number): readonly Group[] {
    let left = this.rows;
    return this.#takeWhile((group) => {
      if (left <= rows) return false;
      left -= group.rows;
      return true;
    });
  }

  /** Takes away the oldest counted groups that nobody can want: `keep` matching rows and more wait behind them. */
  trimMatched(keep: number): readonly Group[] {
    let left = this.matched;
    let bytes = sum(this.#groups, (g) => g.bytes);
    let extents = sum(this.#groups, (g) => g.extents.length);
    return this.#takeWhile((group) => {
      const tooMuch = bytes > MOST_BYTES || extents > MOST_EXTENTS;
      if (group.matched === undefined || (left - group.matched < keep && !tooMuch)) return false;
      left -= group.matched;
      bytes -= group.bytes;
      extents -= group.extents.length;
      return true;
    });
  }

  /** Takes the oldest groups out. */
  take(count: number): readonly Group[] {
    const taken = this.#groups.splice(0, count);
    if (taken.length > 0) this.#release(taken.flatMap((group) => group.extents));
    return taken;
  }

  /** The newest group stays in any case. */
  #takeWhile(wanted: (group: Group) => boolean): readonly Group[] {
    let count = 0;
    for (const group of this.#groups.slice(0, -1)) {
      if (!wanted(group)) break;
      count++;
    }
    return this.take(count);
  }

  #lean(extent: Extent): Extent {
    const key = JSON.stringify(extent.columns);
    const columns = this.#columns.get(key) ?? extent.columns;
    this.#columns.set(key, columns);
    return { ...extent, columns, ranges: [] };
  }
}

function firstOf(groups: readonly Group[], rows: number, extents: number): readonly Group[] {
  const found: Group[] = [];
  let rowsLeft = rows;
  let extentsLeft = extents;
  for (const group of groups) {
    rowsLeft -= group.rows;
    extentsLeft -= group.extents.length;
    if (found.length > 0 && (rowsLeft < 0 || extentsLeft < 0)) break;
    found.push(group);
  }
  return found;
}

function groupOf(extents: readonly Extent[]): Group {
  return {
    extents,
    rows: sum(extents, (e) => e.rowCount),
    bytes: sum(extents, (e) => e.sizeBytes),
    matched: undefined,
  };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
