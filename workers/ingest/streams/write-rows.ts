import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MappedColumn } from '../../../common/contract/ingest.ts';
import type { Extent } from '../../../common/contract/store.ts';
import { AppError, asAppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import type { Database } from '../../store/database.ts';
import { literal } from '../../store/quote.ts';
import { knownLines } from '../formats/json/index.ts';
import { type LoadResult, load } from '../load.ts';
import { type Bury, keepGood, whyNoJson } from './recheck.ts';
import type { Spool } from './spool.ts';

export interface RowTarget {
  readonly name: string;
  readonly columns: readonly MappedColumn[];
  readonly target: readonly Column[];
  readonly folder: string;
  readonly database: Database;
  readonly signal: AbortSignal;
}

type Lines = Pick<Spool, 'path' | 'lines' | 'bytes' | 'longest'>;

/**
 * Writes the lines of a closed spool as extents: each line becomes a row, or is buried with the reason why it is
 * none. The fast way trusts every line; if the engine refuses one of them, all are looked at, one by one.
 */
export async function writeRows(spool: Lines, to: RowTarget, bury: Bury): Promise<Extent[]> {
  if (spool.lines === 0) return [];
  try {
    return await store(spool, to, { objects: true });
  } catch (error) {
    if (isTooMuch(error, spool))
      return await writeHalves(spool, (half) => writeRows(half, to, bury));
    if (!isRefusal(error)) throw error;
  }
  const good = await keepGood(spool.path, whyNoJson, bury);
  try {
    return await writeJson(good, to, bury);
  } finally {
    await good.discard();
  }
}

/** Every line is JSON: what is wrong now is a cell that doesn't fit its column, or what the engine alone knows. */
async function writeJson(spool: Lines, to: RowTarget, bury: Bury): Promise<Extent[]> {
  if (spool.lines === 0) return [];
  try {
    return await store(spool, to, { objects: false });
  } catch (error) {
    const halves = (): Promise<Extent[]> => writeHalves(spool, (half) => writeJson(half, to, bury));
    if (isTooMuch(error, spool)) return await halves();
    if (!isRefusal(error)) throw error;
    const bad = error.code === 'bad_cell' ? await badLines(spool, to) : new Map<number, string>();
    if (bad.size > 0) {
      const rest = await keepGood(spool.path, (_, number) => bad.get(number), bury);
      return await andDiscard(rest, () => writeJson(rest, to, bury));
    }
    // The engine refuses some line and does not say which.
    if (spool.lines > 1) return await halves();
    const none = await keepGood(spool.path, () => error.message, bury);
    await none.discard();
    return [];
  }
}

async function writeHalves(
  spool: Lines,
  write: (half: Spool) => Promise<Extent[]>,
): Promise<Extent[]> {
  const middle = Math.floor(spool.lines / 2);
  const extents: Extent[] = [];
  for (const wanted of [(n: number) => n <= middle, (n: number) => n > middle]) {
    const half = await keepGood(
      spool.path,
      (_, n) => (wanted(n) ? undefined : ''),
      () => {},
    );
    extents.push(...(await andDiscard(half, () => write(half))));
  }
  return extents;
}

async function andDiscard<T>(spool: Spool, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await spool.discard();
  }
}

/** By number, counted from 1, the lines with a cell that doesn't fit its column. */
async function badLines(spool: Lines, to: RowTarget): Promise<ReadonlyMap<number, string>> {
  const { extents, errorExtents } = await loadLines(spool, to, {
    objects: false,
    onBadCell: 'keep',
  });
  try {
    const files = errorExtents.map((e) => literal(e.path));
    if (files.length === 0) return new Map();
    const rows = await to.database.session((session) =>
      session.rows(
        `SELECT "row", arg_min("column", "column"), arg_min(value, "column"), arg_min(reason, "column") FROM read_parquet([${files.join(', ')}]) GROUP BY "row"`,
        { signal: to.signal },
      ),
    );
    return new Map(
      rows.map(([row, column, value, reason]) => [
        Number(row),
        `column ${column}: ${String(value).slice(0, 100)} is ${reason}`,
      ]),
    );
  } finally {
    for (const { path } of [...extents, ...errorExtents]) await rm(path, { force: true });
  }
}

async function store(
  spool: Lines,
  to: RowTarget,
  how: { readonly objects: boolean },
): Promise<Extent[]> {
  const { extents } = await loadLines(spool, to, { ...how, onBadCell: 'stop' });
  const rows = extents.reduce((sum, e) => sum + e.rowCount, 0);
  if (rows === spool.lines) return extents;
  for (const { path } of extents) await rm(path, { force: true });
  // Nothing may be lost without a word, whatever a reader leaves out.
  throw new AppError('input', 'rows_missing', `${spool.lines} lines were read as ${rows} rows.`);
}

async function loadLines(
  spool: Lines,
  { name, columns, target, folder, database, signal }: RowTarget,
  { objects, onBadCell }: { readonly objects: boolean; readonly onBadCell: 'stop' | 'keep' },
): Promise<LoadResult> {
  const { path, lines, bytes, longest } = spool;
  return await load(
    {
      source: { paths: [path], names: [name] },
      options: { format: 'json', nestedLevels: 1, encoding: 'utf-8' },
      layoutOf: (file) => knownLines(file, { lines, bytes, longest, objects }),
      columns,
      target: [...target],
      onBadCell,
      maxErrors: Number.MAX_SAFE_INTEGER,
      folder: join(folder, 'rows'),
      errorFolder: join(folder, 'errors'),
    },
    { database, temporaryFolder: join(folder, 'load'), signal },
  );
}

/** Records of many bytes: fewer of them at a time need less memory. */
function isTooMuch(error: unknown, { lines }: Lines): boolean {
  return lines > 1 && asAppError(error).code === 'out_of_memory';
}

/** The records are to blame, not the machine: another try would end the same way. */
function isRefusal(error: unknown): error is AppError {
  return asAppError(error).kind === 'input';
}
