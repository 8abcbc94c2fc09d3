import type { NestedNames } from '../../../common/contract/store.ts';
import type { Session } from '../../store/database.ts';
import { pathList } from '../../store/quote.ts';
import { type DeltaField, type DeltaType, idOf, type Mapping, physicalName } from './schema.ts';

/** An element of a Parquet file's schema. */
export interface ParquetNode {
  readonly name: string;
  /** The number that the writer gave the column. */
  readonly id: number | undefined;
  readonly children: readonly ParquetNode[];
}

/** The columns of a Parquet file as a tree; its footer tells them one after the other, each with its children behind it. */
export async function parquetTree(
  session: Session,
  path: string,
  signal?: AbortSignal,
): Promise<readonly ParquetNode[]> {
  const rows = await session.rows(
    `SELECT name, field_id, coalesce(num_children, 0) FROM parquet_schema(${pathList([path])})`,
    { signal },
  );
  let at = 0;
  const next = (): ParquetNode => {
    const [name, id, count] = rows[at++] ?? ['', null, 0];
    return {
      name: String(name),
      id: id === null ? undefined : Number(id),
      children: Array.from({ length: Number(count) }, next),
    };
  };
  return next().children;
}

/** How the nested fields of a column are called in a file; undefined for a column that has none. */
export function nestedNames(
  type: DeltaType,
  node: ParquetNode,
  mapping: Mapping,
): NestedNames | undefined {
  if (typeof type === 'string') return undefined;
  switch (type.type) {
    case 'struct':
      return {
        kind: 'struct',
        fields: type.fields.flatMap((field) => {
          const found = node.children.find((child) => isField(child, field, mapping));
          if (!found) return [];
          const of = nestedNames(field.type, found, mapping);
          return [{ name: field.name, field: found.name, ...(of ? { of } : {}) }];
        }),
      };
    case 'array': {
      const [repeated] = node.children;
      // Two levels in old files, three in all others (Parquet, LogicalTypes, "Lists").
      const element = repeated?.children.length === 1 ? repeated.children[0] : repeated;
      const of = element && nestedNames(type.elementType, element, mapping);
      return of && { kind: 'list', of };
    }
    case 'map': {
      const value = node.children[0]?.children[1];
      const of = value && nestedNames(type.valueType, value, mapping);
      return of && { kind: 'map', of };
    }
  }
}

function isField(node: ParquetNode, field: DeltaField, mapping: Mapping): boolean {
  const id = idOf(field);
  return mapping === 'id' && id !== undefined
    ? node.id === id
    : node.name === physicalName(field, mapping);
}
