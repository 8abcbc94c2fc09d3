import type { TableSnapshot } from '../../common/contract/store.ts';
import type { Column } from '../../common/types/kql-type.ts';
import { formatDatetime } from '../../common/types/ticks.ts';
import { EXTENT_COLUMNS } from '../kql/passes/extent-columns.ts';

type Extent = TableSnapshot['extents'][number];

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Each extent's own value of a column, as text. */
const TEXT_OF: Readonly<Record<string, (extent: Extent) => string>> = {
  [EXTENT_COLUMNS.ingested]: (extent) => formatDatetime(BigInt(extent.ingestedAt)),
  [EXTENT_COLUMNS.extent]: (extent) => (GUID.test(extent.extentId) ? extent.extentId : ''),
  [EXTENT_COLUMNS.tags]: (extent) => JSON.stringify(extent.tags),
};

/** The snapshot with properties of its extents as columns, where a scan asks for them. */
export function withExtentColumns(
  snapshot: TableSnapshot,
  wanted: readonly Column[],
): TableSnapshot {
  const added = wanted.filter((c) => c.name in TEXT_OF);
  if (added.length === 0) return snapshot;
  return {
    ...snapshot,
    columns: [...snapshot.columns, ...added],
    extents: snapshot.extents.map((extent) => ({
      ...extent,
      columns: [
        ...extent.columns,
        ...added.map(({ name, type }) => ({
          column: name,
          field: name,
          type,
          storage: 'TEXT',
          mayBeNull: true,
          constant: TEXT_OF[name]?.(extent) ?? '',
        })),
      ],
    })),
  };
}
