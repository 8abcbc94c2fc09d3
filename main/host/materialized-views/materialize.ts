import { randomUUID } from 'node:crypto';
import { AppError, asAppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import type { CatalogExtent } from '../catalog/extents-store.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import type { ViewDefinition, ViewRow, ViewState } from '../catalog/views-store.ts';
import type { HostContext } from '../context.ts';
import { publicExtent } from '../schema.ts';

/** Rows of the source that one commit takes in. */
const BATCH_ROWS = 8_388_608;
/** So many pieces of the materialized part may wait to be put together. */
const MOST_PIECES = 8;
/** A piece goes into the next merge if it is at most so many times what is merged already. */
const GROWTH = 4;

export interface Progress {
  readonly signal: AbortSignal;
  /** Extents of the source that are taken in and that are left. */
  readonly onBatch?: (taken: number, left: number) => void;
}

/**
 * Takes in what the view has not seen, batch by batch, until nothing is left. Each batch is one commit: its
 * states, and that its extents are taken in. A crash between two loses neither and doubles nothing.
 */
export async function materialize(
  host: HostContext,
  viewId: number,
  { signal, onBatch }: Progress,
): Promise<void> {
  let taken = 0;
  for (;;) {
    signal.throwIfAborted();
    const view = host.catalog.views.byId(viewId);
    if (!view?.enabled) return;
    const batch = nextBatch(host, view);
    if (batch.length === 0) break;
    await takeIn(host, view, batch, signal);
    taken += batch.length;
    onBatch?.(taken, host.catalog.views.pending(viewId).length);
  }
  await putTogether(host, viewId, signal);
}

function sourceOf({ catalog }: HostContext, view: ViewRow): TableRow {
  const source = view.sourceId === undefined ? undefined : catalog.tables.byId(view.sourceId);
  if (source?.name === view.definition.source) return source;
  throw new AppError(
    'semantic',
    'view_broken',
    `The source '${view.definition.source}' of '${view.name}' was dropped or renamed.`,
  );
}

function nextBatch(host: HostContext, view: ViewRow): readonly CatalogExtent[] {
  const pending = new Set(host.catalog.views.pending(view.id));
  if (pending.size === 0) return [];
  const batch: CatalogExtent[] = [];
  let rows = 0;
  for (const extent of host.schema.extentsOf(sourceOf(host, view))) {
    if (!pending.has(extent.extentId)) continue;
    if (batch.length > 0 && rows + extent.rowCount > BATCH_ROWS) break;
    batch.push(extent);
    rows += extent.rowCount;
  }
  return batch;
}

async function takeIn(
  host: HostContext,
  view: ViewRow,
  batch: readonly CatalogExtent[],
  signal: AbortSignal,
): Promise<void> {
  const source = sourceOf(host, view);
  await write(host, { view, step: 'delta', over: source, extents: batch, signal }, (written) => {
    const now = new Date().toISOString();
    const latest = [view.state.materializedTo ?? '0', ...batch.map((e) => e.ingestedAt)]
      .map(BigInt)
      .reduce((a, b) => (a > b ? a : b));
    const { unhealthy: _, ...state } = view.state;
    return {
      extents: written,
      takes: {
        extents: batch.map((e) => e.extentId),
        state: {
          ...state,
          materializedTo: latest.toString(),
          lastRun: now,
          lastSuccess: now,
          lastResult: 'Completed',
        } satisfies ViewState,
      },
    };
  });
}

/** Fewer, larger pieces, so that reading the view stays quick: small ones first, as far as they are alike. */
async function putTogether(host: HostContext, viewId: number, signal: AbortSignal): Promise<void> {
  const view = host.catalog.views.byId(viewId);
  const stored = host.catalog.tables.byId(viewId);
  // Pieces of a view whose keys occur once each are merged like those of a table.
  if (!view || !stored || view.definition.dedup) return;
  const extents = piecesToMerge(host.schema.extentsOf(stored));
  if (extents.length === 0) return;
  await write(host, { view, step: 'merge', over: stored, extents, signal }, (written) => ({
    extents: written,
    replaces: extents.map((e) => e.extentId),
  }));
}

export function piecesToMerge<T extends { readonly rowCount: number }>(
  extents: readonly T[],
): readonly T[] {
  if (extents.length <= MOST_PIECES) return [];
  const sorted = [...extents].sort((a, b) => a.rowCount - b.rowCount);
  const chosen: T[] = [];
  let rows = 0;
  for (const extent of sorted) {
    if (chosen.length > 1 && extent.rowCount > rows * GROWTH) break;
    chosen.push(extent);
    rows += extent.rowCount;
  }
  return chosen;
}

interface Piece {
  readonly view: ViewRow;
  readonly step: 'delta' | 'merge';
  /** The table whose extents are read. */
  readonly over: TableRow;
  readonly extents: readonly CatalogExtent[];
  readonly signal: AbortSignal;
}

async function write(
  host: HostContext,
  { view, step, over, extents, signal }: Piece,
  commitOf: (
    written: readonly CatalogExtent[],
  ) => Pick<
    Parameters<HostContext['writer']['commit']>[0][number],
    'extents' | 'takes' | 'replaces'
  >,
): Promise<void> {
  const queryId = `view:${view.id}:${randomUUID()}`;
  host.snapshots.pin(
    queryId,
    extents.map((e) => e.path),
  );
  try {
    await host.writer.staged(async (folder) => {
      const written = await host.queryWorker.call(
        'engine.writeView',
        {
          queryId,
          database: view.database,
          name: view.name,
          step,
          folder,
          given: [
            {
              database: over.database,
              table: over.name,
              columns: over.columns.map(({ name, type }) => ({ name, type })),
              extents: extents.map(publicExtent),
              extentsTotal: extents.length,
            },
          ],
        },
        { signal },
      );
      signal.throwIfAborted();
      const now = host.catalog.views.byId(view.id);
      // What was made belongs to the definition that it was made by.
      if (!now || JSON.stringify(now.definition) !== JSON.stringify(view.definition))
        throw new AppError('resource', 'extents_changed', `'${view.name}' was altered meanwhile.`);
      await host.writer.commit([
        {
          database: host.catalog.databases.get(view.database),
          table: now.name,
          kind: 'materializedView',
          columns: written.columns,
          owned: true,
          ...commitOf(written.extents.map((e) => ({ ...e, owned: true }))),
        },
      ]);
    });
  } finally {
    host.snapshots.release(queryId);
  }
}

/** What the view's query gives over its source as it is now. */
export async function describe(
  host: HostContext,
  view: Pick<ViewRow, 'database' | 'name'> & {
    readonly definition: Pick<ViewDefinition, 'source' | 'query' | 'dimensionTables'>;
  },
  command?: string,
): Promise<Pick<ViewDefinition, 'columns' | 'keys' | 'dedup'> & { readonly stored: Column[] }> {
  const { source, query, dimensionTables } = view.definition;
  const { columns, keys, stored, dedup } = await host.queryWorker.call('views.describe', {
    database: view.database,
    name: view.name,
    source,
    query,
    dimensionTables,
    ...(command === undefined ? {} : { command }),
  });
  return { columns, keys, stored, dedup };
}

/** Errors after which the same run may go well; all others need somebody to act. */
export function isTransient(error: unknown): boolean {
  const { kind } = asAppError(error);
  return kind === 'resource' || kind === 'cancelled' || kind === 'internal';
}
