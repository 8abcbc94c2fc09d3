import { mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { externalFiles } from '../../../common/contract/external.ts';
import type { Inspection, MappedColumn } from '../../../common/contract/ingest.ts';
import type { TableSnapshot } from '../../../common/contract/store.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { formatDatetime, formatTimespan } from '../../../common/types/ticks.ts';
import type { Session } from '../../store/database.ts';
import { writeExtents } from '../../store/extent-writer.ts';
import { ident } from '../../store/quote.ts';
import { scanSql } from '../../store/scan.ts';
import { expose } from '../external/expose.ts';
import { formatJsonPath, parseJsonPath } from '../json-path.ts';
import type { LoadContext, LoadRequest, LoadResult } from '../load.ts';
import { columnsOf, deltaFiles, isDeltaFolder } from './delta-files.ts';

const PREVIEW_ROWS = 100;

/** The folder of a source that is a Delta table; undefined for all others. */
export async function deltaFolder(source: {
  readonly paths: readonly string[];
}): Promise<string | undefined> {
  const [path, ...others] = source.paths;
  return path !== undefined && others.length === 0 && (await isDeltaFolder(path))
    ? path
    : undefined;
}

/** A column that is loaded, and the table's column that its values come from. */
interface Loaded extends Column {
  readonly from: string;
}

/** A Delta table as one relation, for as long as `work` runs. */
async function withTable<T>(
  path: string,
  wanted: { readonly columns?: readonly MappedColumn[]; readonly target?: readonly Column[] },
  context: LoadContext,
  work: (session: Session, columns: readonly Loaded[], table: TableSnapshot) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(context.temporaryFolder, 'delta-'));
  try {
    const own = { uris: [path], format: 'parquet', delta: {} };
    const listing = externalFiles.parse({ ...own, columns: [] });
    const { schema } = await context.database.session((session) =>
      deltaFiles(listing, [], { session, folder, signal: context.signal }),
    );
    const loaded = columnsToLoad(columnsOf(schema), wanted);
    const files = externalFiles.parse({
      ...own,
      columns: [...new Map(loaded.map((c) => [c.from, { name: c.from, type: c.type }])).values()],
    });
    const { columns, extents } = await expose(
      { files, ranges: [], folder, convert: false },
      context,
    );
    const table: TableSnapshot = {
      database: '',
      table: path,
      columns: [...columns],
      extents: [...extents],
      extentsTotal: extents.length,
    };
    return await context.database.session((session) => work(session, loaded, table));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** By a mapping, by the names of an existing table, or as the log has them. */
function columnsToLoad(
  own: readonly Column[],
  {
    columns,
    target,
  }: { readonly columns?: readonly MappedColumn[]; readonly target?: readonly Column[] },
): Loaded[] {
  const mapped = columns?.map((column): Loaded => {
    const [from] = column.path === undefined ? [column.name] : parseJsonPath(column.path);
    return { name: column.name, type: column.type, from: String(from ?? column.name) };
  });
  if (target === undefined) return mapped ?? own.map((c) => ({ ...c, from: c.name }));
  const loaded = target.flatMap((t): Loaded[] => {
    const given = mapped?.find((m) => m.name === t.name);
    if (mapped) return given ? [{ ...given, type: t.type }] : [];
    const found =
      own.find((c) => c.name === t.name) ??
      own.find((c) => c.name.toLowerCase() === t.name.toLowerCase());
    return found ? [{ ...t, from: found.name }] : [];
  });
  if (loaded.length > 0) return loaded;
  throw new AppError(
    'input',
    'no_common_column',
    'No column of the data is a column of the table.',
    {
      hints: [`The data has ${own.map((c) => c.name).join(', ')}.`],
    },
  );
}

/** Loads the latest version of a Delta table as extents. */
export async function loadDelta(
  path: string,
  request: LoadRequest,
  context: LoadContext,
): Promise<LoadResult> {
  const started = performance.now();
  return await withTable(
    path,
    {
      ...(request.columns ? { columns: request.columns } : {}),
      ...(request.target ? { target: request.target } : {}),
    },
    context,
    async (session, columns, table) => {
      const bytes = table.extents.reduce((sum, e) => sum + e.sizeBytes, 0);
      const rows = table.extents.reduce((sum, e) => sum + e.rowCount, 0);
      const extents = await writeExtents(
        session,
        {
          columns: columns.map(({ name, type, from }) => ({ name, type, sql: ident(from) })),
          from: `(${scanSql(table)})`,
          folder: request.folder,
          estimatedRows: rows,
          bytesPerRow: (bytes * 4) / Math.max(1, rows),
        },
        { signal: context.signal },
      );
      return {
        columns: columns.map(({ name, type }) => ({ name, type })),
        extents,
        errorColumns: [],
        errorExtents: [],
        report: {
          database: '',
          table: '',
          rows: extents.reduce((sum, e) => sum + e.rowCount, 0),
          bytesRead: bytes,
          extents: extents.length,
          elapsedMs: performance.now() - started,
          rejectedCells: 0,
          rejected: [],
          widened: [],
          notes: ['a Delta table: its log says which files are read'],
        },
      };
    },
  );
}

/** What a load of a Delta table would make. */
export async function inspectDelta(
  path: string,
  columns: readonly MappedColumn[] | undefined,
  context: LoadContext,
): Promise<Omit<Inspection, 'suggestedTable'>> {
  return await withTable(
    path,
    columns ? { columns } : {},
    context,
    async (session, loaded, table) => {
      const rows = await session.rows(
        `SELECT ${loaded.map((c) => `CAST(${ident(c.from)} AS VARCHAR)`).join(', ')} FROM (${scanSql(table)}) LIMIT ${PREVIEW_ROWS}`,
        { signal: context.signal },
      );
      return {
        files: [
          {
            name: basename(path),
            bytes: table.extents.reduce((sum, e) => sum + e.sizeBytes, 0),
            format: 'parquet',
            compression: 'none',
          },
        ],
        format: 'parquet',
        header: true,
        encoding: 'utf-8',
        columns: loaded.map(({ name, type, from }) => ({
          name,
          type,
          path: formatJsonPath([from]),
        })),
        preview: rows.map((row) => row.map((cell, i) => shown(cell, loaded[i]))),
        rowsExamined: rows.length,
        notes: ['a Delta table: its log says which files are read'],
      };
    },
  );
}

function shown(cell: unknown, column: Column | undefined): string | null {
  if (cell === null || cell === undefined) return null;
  const text = String(cell);
  if (column?.type === 'datetime') return formatDatetime(BigInt(text));
  return column?.type === 'timespan' ? formatTimespan(BigInt(text)) : text;
}
