import { z } from 'zod';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import type { MetaData } from './actions.ts';

/** A type of the log (protocol, "Schema Serialization Format"). */
export type DeltaType =
  | string
  | { readonly type: 'struct'; readonly fields: readonly DeltaField[] }
  | { readonly type: 'array'; readonly elementType: DeltaType }
  | { readonly type: 'map'; readonly keyType: DeltaType; readonly valueType: DeltaType };

export interface DeltaField {
  readonly name: string;
  readonly type: DeltaType;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const deltaType: z.ZodType<DeltaType> = z.lazy(() =>
  z.union([
    z.string(),
    z.object({ type: z.literal('struct'), fields: z.array(deltaField) }),
    z.object({ type: z.literal('array'), elementType: deltaType }),
    z.object({ type: z.literal('map'), keyType: deltaType, valueType: deltaType }),
  ]),
);

const deltaField: z.ZodType<DeltaField> = z.lazy(() =>
  z.object({
    name: z.string(),
    type: deltaType,
    metadata: z
      .record(z.string(), z.unknown())
      .nullish()
      .transform((m) => m ?? {}),
  }),
);

const KQL_TYPES: Readonly<Record<string, KqlType>> = {
  string: 'string',
  long: 'long',
  integer: 'int',
  short: 'int',
  byte: 'int',
  float: 'real',
  double: 'real',
  boolean: 'bool',
  binary: 'string',
  date: 'datetime',
  timestamp: 'datetime',
  timestamp_ntz: 'datetime',
};

/** How a field is found in a table's files. */
export type Mapping = 'none' | 'name' | 'id';

export interface DeltaColumn extends Column {
  /** Its name in files, partition values and statistics. */
  readonly physical: string;
  /** The number that files know it by, where columns are mapped by id. */
  readonly id?: number;
  readonly delta: DeltaType;
}

export interface DeltaSchema {
  readonly columns: readonly DeltaColumn[];
  /** Names of columns whose values stand in the log. */
  readonly partitionColumns: readonly string[];
  readonly mapping: Mapping;
}

export function schemaOf(metaData: MetaData): DeltaSchema {
  const root = deltaType.safeParse(JSON.parse(metaData.schemaString));
  if (!root.success || typeof root.data === 'string' || root.data.type !== 'struct')
    throw new AppError(
      'input',
      'bad_delta_log',
      'The schema in the log of the Delta table is none.',
    );
  const mapping = mappingOf(metaData);
  const columns = root.data.fields
    // Columns without a type hold nothing (protocol, "Primitive Types").
    .filter((field) => field.type !== 'void')
    .map((field): DeltaColumn => {
      const id = idOf(field);
      return {
        name: field.name,
        type: kqlType(field),
        physical: physicalName(field, mapping),
        ...(mapping === 'id' && id !== undefined ? { id } : {}),
        delta: field.type,
      };
    });
  return { columns, partitionColumns: metaData.partitionColumns, mapping };
}

export function physicalName(field: DeltaField, mapping: Mapping): string {
  const name = field.metadata['delta.columnMapping.physicalName'];
  return mapping !== 'none' && typeof name === 'string' ? name : field.name;
}

export function idOf(field: DeltaField): number | undefined {
  const id = field.metadata['delta.columnMapping.id'];
  return typeof id === 'number' ? id : undefined;
}

function mappingOf({ configuration }: MetaData): Mapping {
  const mode = configuration['delta.columnMapping.mode'] ?? 'none';
  if (mode === 'none' || mode === 'name' || mode === 'id') return mode;
  throw new AppError(
    'unsupported',
    'delta_feature',
    `not implemented in Calypso: Delta tables with the column mapping '${mode}'`,
  );
}

function kqlType({ name, type }: DeltaField): KqlType {
  if (typeof type !== 'string') return 'dynamic';
  if (type.startsWith('decimal')) return 'decimal';
  const known = KQL_TYPES[type];
  if (known) return known;
  throw new AppError(
    'unsupported',
    'delta_feature',
    `not implemented in Calypso: the type ${type} of the column ${name} of a Delta table`,
  );
}
