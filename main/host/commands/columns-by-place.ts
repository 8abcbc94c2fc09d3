import type { Extent } from '../../../common/contract/store.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import type { TableRow } from '../catalog/tables-store.ts';

/**
 * The table's column for each column of the query: by place, not by name (section "Schema considerations").
 * More columns than the table has extend it if that was asked for.
 */
export function matchByPlace(
  table: TableRow,
  columns: readonly Column[],
  extend: boolean,
): readonly Column[] {
  if (columns.length > table.columns.length && !extend)
    throw new AppError(
      'input',
      'schema_differs',
      `The query gives ${columns.length} columns; the table '${table.name}' has ${table.columns.length}.`,
      { hints: ['`with (extend_schema=true)` adds the missing columns to the table.'] },
    );
  return columns.map((column, i) => {
    const target = table.columns[i];
    if (!target) return column;
    if (target.type !== column.type)
      throw new AppError(
        'input',
        'schema_differs',
        `Column ${i + 1} of the query is ${column.type} (${column.name}), of the table ${target.type} (${target.name}).`,
        { hints: ['Columns are matched by their order, not by their names.'] },
      );
    return { name: target.name, type: target.type };
  });
}

/** The extent with its columns called as in the table; names in the file stay. */
export function withNames(extent: Extent, from: readonly Column[], to: readonly Column[]): Extent {
  const names = new Map(from.map((column, i) => [column.name, to[i]?.name ?? column.name]));
  const rename = (name: string): string => names.get(name) ?? name;
  return {
    ...extent,
    columns: extent.columns.map((c) => ({ ...c, column: rename(c.column) })),
    ranges: extent.ranges.map((r) => ({ ...r, column: rename(r.column) })),
  };
}
