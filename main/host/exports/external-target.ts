import { AppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import type { HostContext } from '../context.ts';
import { findExternalTable } from '../external/external-tables.ts';
import { type ExportTarget, exportTarget, type PropertyOf } from './target.ts';

/** The files of an external table as the target of an export (page "Export data to an external table"). */
export function externalTarget(
  host: HostContext,
  database: string,
  name: string,
  property: PropertyOf,
): { readonly target: ExportTarget; readonly columns: readonly Column[] } {
  const { files, writing } = findExternalTable(host.catalog, database, name);
  if (files.partitions.length > 0)
    throw new AppError(
      'unsupported',
      'partitioned_export',
      `The external table '${name}' has partitions: exports to such tables are not implemented in Calypso.`,
      { hints: ['Export to a table without partitions, or with `.export to parquet (path)`.'] },
    );
  const headers = { all: 'all', first: 'firstFile', none: 'none' } as const;
  const own: Readonly<Record<string, string | undefined>> = {
    includeheaders: headers[files.headers],
    encoding: writing.encoding,
    compressiontype: writing.compressionType,
    nameprefix: files.namePrefix,
    fileextension: files.fileExtension,
  };
  return {
    target: exportTarget(
      files.format ?? 'csv',
      files.uris,
      writing.compressed,
      (key) => property(key) ?? own[key],
    ),
    columns: files.columns,
  };
}

/** A query for an external table has its columns, by type and order. */
export function checkColumns(
  name: string,
  table: readonly Column[],
  query: readonly Column[],
): void {
  const shown = (columns: readonly Column[]): string => columns.map((c) => c.type).join(', ');
  if (shown(table) === shown(query)) return;
  throw new AppError(
    'input',
    'schema_differs',
    `The query gives (${shown(query)}); the external table '${name}' has (${shown(table)}).`,
    { hints: ['Columns are matched by their order and type.'] },
  );
}
