import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Extent, StoredColumn, TableSnapshot } from '../../common/contract/store.ts';
import { DUCKDB_TYPE } from '../../common/types/duckdb-type.ts';
import type { Column } from '../../common/types/kql-type.ts';
import type { Lowered } from '../kql/emit/lower.ts';
import type { DerivedPlans, DerivedScan } from '../kql/passes/derive-columns.ts';
import { column, type Expr, type Plan } from '../kql/plan/plan.ts';
import { exprText } from '../kql/plan/print.ts';
import { literal } from '../store/quote.ts';
import type { Engine } from './duckdb.ts';
import type { JsFunctions } from './js-functions.ts';
import { named } from './materialize.ts';
import { columnName } from './results.ts';

type Scan = Plan & { readonly op: 'scan' };

/** Smaller tables are read fast enough as they are. */
const LEAST_ROWS = 100_000;
/** Bytes of all copies together. */
const MOST_BYTES = 2 * 1024 ** 3;
/** Bytes of a table's extents beyond which copies would hardly fit. */
const LARGEST_TABLE = 2 * MOST_BYTES;

/** Some columns of one extent, with values out of its dynamic columns, in a file of its own. */
interface Copy {
  readonly extent: Extent;
  /** What each column of the copy is, as `keyOf` says it, and how it is stored. */
  readonly columns: ReadonlyMap<string, StoredColumn>;
  readonly bytes: number;
  users: number;
  usedAt: number;
}

export interface SideParts {
  readonly engine: Engine;
  readonly functions: JsFunctions;
  /** Empty at the start; whoever starts the worker deletes it. */
  readonly folder: string;
}

/** Turns a plan over one snapshot into a statement. */
type Lower = (plan: Plan, snapshots: ReadonlyMap<Scan, TableSnapshot>) => Lowered;

/** A plan's scans over copies; `done` lets the copies go. */
export interface OverCopies {
  readonly snapshots: ReadonlyMap<Scan, TableSnapshot>;
  readonly done: () => void;
}

/**
 * Copies of extents without their bags: the first query that reads a path of a dynamic column has its columns
 * copied in the background, with the path's values as a column, and the next one reads the copies (decision
 * 0062). A copy belongs to an extent, which never changes; those asked for least lately make room for others.
 */
export class SideCopies {
  readonly #parts: SideParts;
  readonly #copies = new Map<string, Copy[]>();
  #making: Promise<void> = Promise.resolve();
  #queued = new Set<string>();
  /** Tables whose texts have been searched, and how often. */
  readonly #searched = new Map<string, number>();

  constructor(parts: SideParts) {
    this.#parts = parts;
  }

  /** Resolves when no copy is being made. */
  async settled(): Promise<void> {
    await this.#making;
  }

  /** Snapshots of copies for the scans of derived plans; undefined if any is missing. */
  open(
    { scans }: DerivedPlans,
    snapshots: ReadonlyMap<Scan, TableSnapshot>,
  ): OverCopies | undefined {
    const found = new Map<Scan, TableSnapshot>();
    const used: Copy[] = [];
    for (const [scan, derived] of scans) {
      const snapshot = snapshots.get(derived.original);
      const copies = snapshot?.extents.map((extent) => this.#find(scan, derived, extent));
      if (!snapshot || !copies?.every((c) => c !== undefined)) return undefined;
      used.push(...copies);
      const keyed = (extent: Extent, copy: Copy): Extent => ({
        ...copy.extent,
        columns: scan.columns.flatMap((c) => {
          const stored = copy.columns.get(keyOf(c, derived, extent));
          return stored ? [{ ...stored, column: c.name }] : [];
        }),
      });
      found.set(scan, {
        ...snapshot,
        columns: [...scan.columns],
        extents: snapshot.extents.flatMap((extent, i) => {
          const copy = copies[i];
          return copy ? [keyed(extent, copy)] : [];
        }),
      });
    }
    for (const copy of used) {
      copy.users++;
      copy.usedAt = performance.now();
    }
    return {
      snapshots: found,
      done: () => {
        for (const copy of used) copy.users--;
      },
    };
  }

  /** Has the copies made that the scans would need, one after the other, after what is being made now. */
  want({ scans }: DerivedPlans, snapshots: ReadonlyMap<Scan, TableSnapshot>, lower: Lower): void {
    for (const [scan, derived] of scans) {
      const snapshot = snapshots.get(derived.original);
      if (!snapshot || !worthIt(snapshot, scan, derived) || !this.#again(scan, derived)) continue;
      for (const extent of snapshot.extents) {
        if (this.#find(scan, derived, extent)) continue;
        const key = JSON.stringify([
          extent.extentId,
          scan.columns.map((c) => keyOf(c, derived, extent)),
        ]);
        if (this.#queued.has(key)) continue;
        this.#queued.add(key);
        this.#making = this.#making
          .then(() => this.#make(scan, derived, { ...snapshot, extents: [extent] }, lower))
          // Without a copy the query works as before: the extent is gone, or there is no room.
          .catch(() => undefined)
          .finally(() => this.#queued.delete(key));
      }
    }
  }

  /** Texts are large: they are copied only when the same is searched once more. */
  #again(scan: Scan, { derived }: DerivedScan): boolean {
    if (derived.every((d) => d.type !== 'string' || !isSmallLetters(d.expr))) return true;
    const key = JSON.stringify([scan.database, scan.table, scan.columns.map((c) => c.name)]);
    const times = (this.#searched.get(key) ?? 0) + 1;
    this.#searched.set(key, times);
    return times > 1;
  }

  #find(scan: Scan, derived: DerivedScan, extent: Extent): Copy | undefined {
    return this.#copies
      .get(extent.extentId)
      ?.find((copy) => scan.columns.every((c) => copy.columns.has(keyOf(c, derived, extent))));
  }

  async #make(
    scan: Scan,
    derived: DerivedScan,
    snapshot: TableSnapshot,
    lower: Lower,
  ): Promise<void> {
    const { engine, functions, folder } = this.#parts;
    const [extent] = snapshot.extents;
    if (!extent) return;
    const { statement, uses } = copyStatement(scan, derived, snapshot, lower);
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${randomUUID()}.parquet`);
    try {
      await engine.use(undefined, async (connection) => {
        functions.register(connection, uses);
        await connection.run(
          `COPY (${statement}) TO ${literal(path)} (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION lz4_raw)`,
        );
      });
      const bytes = (await stat(path)).size;
      if (!(await this.#makeRoom(bytes))) throw new RangeError('no room for another copy');
      const columns = new Map(
        scan.columns.map((c, i) => [keyOf(c, derived, extent), stored(c, columnName(i))] as const),
      );
      const made: Copy = {
        extent: { ...extent, extentId: randomUUID(), path, sizeBytes: bytes },
        columns,
        bytes,
        users: 0,
        usedAt: performance.now(),
      };
      this.#copies.set(extent.extentId, [...(this.#copies.get(extent.extentId) ?? []), made]);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  async #makeRoom(bytes: number): Promise<boolean> {
    const all = [...this.#copies.values()].flat();
    let held = all.reduce((sum, c) => sum + c.bytes, bytes);
    const idle = all.filter((c) => c.users === 0).sort((a, b) => a.usedAt - b.usedAt);
    for (const copy of idle) {
      if (held <= MOST_BYTES) break;
      held -= copy.bytes;
      for (const [id, copies] of this.#copies)
        if (copies.includes(copy))
          this.#copies.set(
            id,
            copies.filter((c) => c !== copy),
          );
      await rm(copy.extent.path, { force: true });
    }
    return held <= MOST_BYTES;
  }
}

const isSmallLetters = (expr: Expr): boolean => expr.k === 'call' && expr.name === 'tolower';

/** What a column of a copy is: two of one key hold the same values, whatever the column is called by now. */
function keyOf({ name, type }: Column, { derived }: DerivedScan, extent: Extent): string {
  const made = derived.find((d) => d.name === name);
  const from = made?.source ?? name;
  const field = extent.columns.find((c) => c.column === from)?.field ?? '';
  return JSON.stringify([made ? exprText(made.expr) : name, type, field]);
}

const stored = ({ name, type }: Column, field: string): StoredColumn => ({
  column: name,
  field,
  type,
  storage: DUCKDB_TYPE[type],
  mayBeNull: type !== 'string',
});

/** A large table whose files are the store's own and can't change. */
function worthIt(snapshot: TableSnapshot, scan: Scan, { derived }: DerivedScan): boolean {
  const made = new Set(derived.map((d) => d.name));
  const known = new Set(snapshot.columns.map((c) => c.name));
  return (
    snapshot.extents.every((e) => e.path.endsWith(`${e.extentId}.parquet`)) &&
    scan.columns.every((c) => made.has(c.name) || known.has(c.name)) &&
    snapshot.extents.reduce((sum, e) => sum + e.rowCount, 0) >= LEAST_ROWS &&
    snapshot.extents.reduce((sum, e) => sum + e.sizeBytes, 0) <= LARGEST_TABLE
  );
}

function copyStatement(
  scan: Scan,
  { original, derived }: DerivedScan,
  snapshot: TableSnapshot,
  lower: Lower,
): { statement: string; uses: Lowered['functions'] } {
  const made = new Map(derived.map((d) => [d.name, d]));
  const read = new Set(scan.columns.map((c) => made.get(c.name)?.source ?? c.name));
  const source: Scan = {
    ...original,
    columns: snapshot.columns.filter((c) => read.has(c.name)),
  };
  const plan: Plan = {
    op: 'project',
    input: source,
    exprs: scan.columns.map((c) => made.get(c.name)?.expr ?? column(c.name, c.type)),
    columns: scan.columns,
  };
  const lowered = lower(plan, new Map([[source, snapshot]]));
  return { statement: named(lowered.sql, scan.columns.length), uses: lowered.functions };
}
