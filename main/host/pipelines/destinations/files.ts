import { readdirSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { type CellValue, decodeBatch } from '../../../../common/arrow/result-batch.ts';
import type { ResultInfo, ViewFilter } from '../../../../common/contract/query.ts';
import { AppError } from '../../../../common/errors/app-error.ts';
import { plainText } from '../../../../common/text/format-value.ts';
import { nameReference } from '../../../../common/text/kql-literal.ts';
import type { HostContext } from '../../context.ts';
import { checkColumns, externalTarget } from '../../exports/external-target.ts';
import { type ExportTarget, exportTarget } from '../../exports/target.ts';
import { type ExportedFile, type ExportedRows, writeExport } from '../../exports/write-export.ts';
import { type Deliver, type Delivery, withResult } from './delivery.ts';

const MOST_PARTITIONS = 10_000;
/** The name that Hive gives to a partition without a value. */
const NO_VALUE = '__HIVE_DEFAULT_PARTITION__';

/**
 * Files with a part of their names that was noted before the first of them was written. They count from the
 * transaction that confirms the batch on; those of a batch that was never confirmed are deleted.
 */
export const toFiles: Deliver<'files'> = async (delivery, destination) => {
  const { host, entry } = delivery;
  if (!isAbsolute(destination.folder))
    throw new AppError(
      'input',
      'relative_path',
      `The folder of a pipeline must be an absolute path: ${destination.folder}`,
    );
  const target = layoutOf(destination, destination.folder);
  return withResult(delivery, async (result) => {
    const parts = await partsOf(delivery, result, destination.partitionBy);
    const targets = parts.map(({ path }) => ({
      ...target,
      folders: [join(destination.folder, ...path)],
    }));
    const earlier =
      destination.mode === 'replace' ? host.catalog.pipelines.artifacts(entry.id) : [];
    const files = await writeNoted(
      delivery,
      targets.flatMap((t) => t.folders),
      async () => {
        const written: ExportedFile[] = [];
        for (const [i, { rows }] of parts.entries()) {
          const own = targets[i];
          if (own)
            written.push(...(await writeExport(host, rows, own, delivery.token, delivery.signal)));
        }
        return written;
      },
    );
    for (const { path } of earlier) rmSync(path, { force: true });
    return files.reduce((sum, file) => sum + file.records, 0);
  });
};

type Layout = Pick<Parameters<typeof toFiles>[1], 'format' | 'prefix' | 'compression' | 'headers'>;

/** How the files of a destination are written into a folder. */
export function layoutOf(
  { format, prefix, compression, headers }: Layout,
  folder: string,
): ExportTarget {
  const properties: Readonly<Record<string, string | undefined>> = {
    nameprefix: prefix,
    includeheaders: headers ? 'all' : 'none',
    compressiontype: compression ?? (format === 'parquet' ? 'zstd' : undefined),
  };
  return exportTarget(format, [folder], false, (name) => properties[name]);
}

interface Part {
  readonly path: readonly string[];
  readonly rows: ExportedRows;
}

/** The rows of each combination of values as a view, in folders `column=value`. */
export async function partsOf(
  { host, definition, signal }: Delivery,
  result: ResultInfo,
  partitionBy: readonly string[],
): Promise<readonly Part[]> {
  if (partitionBy.length === 0) return [{ path: [], rows: result }];
  const columns = partitionBy.map((name) => {
    const found = result.columns.find((c) => c.name === name);
    if (found) return found;
    throw new AppError(
      'input',
      'unknown_column',
      `The rows have no column ${name} to partition by.`,
      {
        hints: [`Their columns: ${result.columns.map((c) => c.name).join(', ')}`],
      },
    );
  });
  const kept = result.columns.map((c) => c.name).filter((name) => !partitionBy.includes(name));
  if (kept.length === 0)
    throw new AppError('input', 'no_columns', 'No column is left beside those of the partitions.');
  const pipe = `distinct ${partitionBy.map(nameReference).join(', ')}`;
  const distinct = await host.queryWorker.call(
    'query.pipe',
    { resultId: result.resultId, pipe, database: definition.database },
    { signal },
  );
  try {
    if (distinct.rowCount > MOST_PARTITIONS)
      throw new AppError(
        'input',
        'too_many_partitions',
        `${partitionBy.join(', ')} make ${distinct.rowCount} partitions; the limit is ${MOST_PARTITIONS}.`,
      );
    const { batch } = await host.queryWorker.call(
      'query.window',
      { resultId: distinct.resultId, offset: 0, limit: MOST_PARTITIONS },
      { signal },
    );
    const cells = decodeBatch(batch);
    const parts: Part[] = [];
    for (let row = 0; row < cells.rowCount; row++) {
      const values = columns.map((_, i) => cells.cell(row, i));
      const texts = values.map((value, i) => textOf(value, columns[i]?.type ?? 'string'));
      const filters = texts.map((text, i) => filterOf(columns[i]?.name ?? '', text));
      const view = await host.queryWorker.call(
        'query.view',
        { resultId: result.resultId, spec: { filters } },
        { signal },
      );
      parts.push({
        path: texts.map((text, i) => `${columns[i]?.name}=${folderName(text)}`),
        rows: { resultId: result.resultId, ...view, only: kept },
      });
    }
    return parts;
  } finally {
    await host.queryWorker.call('query.release', { resultIds: [distinct.resultId] });
  }
}

function textOf(value: CellValue, type: Parameters<typeof plainText>[1]): string {
  return value === null ? '' : plainText(value, type);
}

function filterOf(column: string, text: string): ViewFilter {
  return text === ''
    ? { column, operator: 'isEmpty', values: [] }
    : { column, operator: 'equals', values: [text] };
}

/** A value as a folder's name; what a path can't hold stands as %XX, as Hive does it. */
function folderName(text: string): string {
  if (text === '') return NO_VALUE;
  return text.replace(
    /[\p{Cc}"#%'*/:<>=?\\{}[\]^|]/gu,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** The files of an external table (page "Continuous data export"). */
export const toExternalTable: Deliver<'externalTable'> = async (
  delivery,
  { table, properties },
) => {
  const { host, definition, token, signal } = delivery;
  const { target, columns } = externalTarget(
    host,
    definition.database,
    table,
    (name) => properties[name],
  );
  return withResult(delivery, async (result) => {
    checkColumns(table, columns, result.columns);
    const files = await writeNoted(delivery, target.folders, async () =>
      writeExport(host, result, target, token, signal),
    );
    return files.reduce((sum, file) => sum + file.records, 0);
  });
};

async function writeNoted(
  { host, entry, token, confirm }: Delivery,
  folders: readonly string[],
  write: () => Promise<readonly ExportedFile[]>,
): Promise<readonly ExportedFile[]> {
  host.catalog.pipelines.patchState(entry.id, { unconfirmed: [...folders, token] });
  const files = await write();
  const at = new Date().toISOString();
  host.catalog.change(() =>
    confirm(
      files.reduce((sum, file) => sum + file.records, 0),
      files.map(({ path, records }) => ({ at, path, records })),
    ),
  );
  return files;
}

/** Deletes the files of a batch that was never confirmed: its rows are written again. */
export function forgetUnconfirmed(host: HostContext, id: number): void {
  const { pipelines } = host.catalog;
  const unconfirmed = pipelines.byId(id)?.state.unconfirmed ?? [];
  const token = unconfirmed.at(-1);
  if (token === undefined) return;
  for (const folder of unconfirmed.slice(0, -1))
    for (const name of listed(folder))
      if (name.includes(token)) rmSync(join(folder, name), { force: true });
  pipelines.patchState(id, { unconfirmed: [] });
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // The folder has gone, and the files with it.
    return [];
  }
}
