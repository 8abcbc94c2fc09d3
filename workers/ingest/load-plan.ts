import type { MappedColumn } from '../../common/contract/ingest.ts';
import type { TableSnapshot } from '../../common/contract/store.ts';
import { AppError } from '../../common/errors/app-error.ts';
import type { Layout, LayoutField } from './formats/format.ts';
import { type Inferred, unify } from './infer/infer-column.ts';
import { isNullText } from './infer/text-patterns.ts';
import { formatJsonPath } from './json-path.ts';
import type { PlannedColumn } from './mapping.ts';

type Column = TableSnapshot['columns'][number];

export interface LoadPlan {
  readonly columns: readonly PlannedColumn[];
  readonly notes: readonly string[];
  /** The table exists: types can't change. */
  readonly fixed: boolean;
}

/**
 * Columns of a load. In this order: a mapping that was given; the columns of an existing table, by name where the
 * source has names and else by position; what the files themselves say.
 */
export function planLoad(
  layouts: readonly Layout[],
  given: readonly MappedColumn[] | undefined,
  target: readonly Column[] | undefined,
  constants: readonly MappedColumn[] = [],
): LoadPlan {
  if (constants.length > 0) return withConstants(layouts, given, target, constants);
  const inferred = inferredColumns(layouts);
  if (given !== undefined) {
    const mapped = given.map((column) => withShape(column, layouts));
    const columns = target === undefined ? mapped : ontoTarget(mapped, target);
    return { columns, notes: [], fixed: target !== undefined };
  }
  if (target !== undefined) return identityMapping(layouts, inferred, target);
  return { columns: inferred, notes: [], fixed: false };
}

/** Columns of a single value stand beside what the files say, and in place of columns of their names. */
function withConstants(
  layouts: readonly Layout[],
  given: readonly MappedColumn[] | undefined,
  target: readonly Column[] | undefined,
  constants: readonly MappedColumn[],
): LoadPlan {
  const isOwn = ({ name }: { readonly name: string }): boolean =>
    !constants.some((c) => c.name === name);
  const plan = planLoad(layouts, given?.filter(isOwn), target?.filter(isOwn));
  return {
    ...plan,
    columns: [
      ...plan.columns.filter(isOwn),
      ...constants.map((column): PlannedColumn => ({ ...column, shape: {} })),
    ],
  };
}

/** A mapping's columns in the order of the table, which must have them with the same types. */
function ontoTarget(mapped: readonly PlannedColumn[], target: readonly Column[]): PlannedColumn[] {
  const unknown = mapped.find((m) => !target.some((t) => t.name === m.name));
  if (unknown !== undefined)
    throw new AppError('input', 'unknown_column', `The table has no column ${unknown.name}.`, {
      hints: [`Its columns are ${target.map((t) => t.name).join(', ')}.`],
    });
  return target.flatMap((t) => {
    const column = mapped.find((m) => m.name === t.name);
    return column === undefined ? [] : [{ ...column, type: t.type }];
  });
}

/** Page "Ingestion mappings", identity mapping: separated formats by position, formats with names by name. */
function identityMapping(
  layouts: readonly Layout[],
  inferred: readonly PlannedColumn[],
  target: readonly Column[],
): LoadPlan {
  const exact = new Map(inferred.map((c) => [c.name, c]));
  const folded = new Map(inferred.map((c) => [c.name.toLowerCase(), c]));
  const byName = target.map((t) => exact.get(t.name) ?? folded.get(t.name.toLowerCase()));
  const found = byName.filter((c) => c !== undefined);
  const named = found.length > 0 && !layouts.every((l) => l.positional);
  if (!named && layouts.some((l) => !l.positional && !l.header))
    throw new AppError(
      'input',
      'no_common_column',
      'No column of the data is a column of the table.',
      {
        hints: [
          `The table has ${target.map((t) => t.name).join(', ')}; the data ${inferred.map((c) => c.name).join(', ')}.`,
        ],
      },
    );
  const columns = target.flatMap((t, i): PlannedColumn[] => {
    const source = named ? byName[i] : inferred[i];
    return source === undefined ? [] : [retarget(source, t)];
  });
  const used = named ? new Set(found) : new Set(inferred.slice(0, target.length));
  const dropped = inferred.filter((c) => !used.has(c)).map((c) => c.name);
  return {
    columns,
    notes:
      dropped.length === 0
        ? []
        : [`not in the table, left out: ${dropped.slice(0, 20).join(', ')}`],
    fixed: true,
  };
}

/** The table's type wins; a transformation only stays where the table wants the moment it makes. */
function retarget(source: PlannedColumn, target: Column): PlannedColumn {
  const { transform, ...rest } = source;
  return {
    ...rest,
    name: target.name,
    type: target.type,
    ...(transform !== undefined && target.type === 'datetime' ? { transform } : {}),
  };
}

/** The columns of all files together: by position when no file has names, else by name. */
export function inferredColumns(layouts: readonly Layout[]): PlannedColumn[] {
  const filled = layouts.filter((l) => l.fields.length > 0);
  const alike = new Set(filled.map((l) => l.fields.map((f) => f.name).join('\n'))).size <= 1;
  const positional = filled.every((l) => l.positional);
  const columns = new Map<string, { field: LayoutField; ordinal: number; nulls: Set<string> }>();
  for (const layout of filled)
    layout.fields.forEach((field, ordinal) => {
      const nulls = nullTextsOf(layout, ordinal, field);
      const before = columns.get(field.name);
      if (before === undefined) columns.set(field.name, { field, ordinal, nulls });
      else {
        before.field = unifyFields(before.field, field);
        for (const text of nulls) before.nulls.add(text);
      }
    });
  return [...columns.values()].map(({ field, ordinal, nulls }) => ({
    name: field.name,
    type: field.type,
    ...(positional || (alike && field.path === undefined)
      ? { ordinal }
      : { path: field.path ?? formatJsonPath([field.name]) }),
    ...(field.transform === undefined ? {} : { transform: field.transform }),
    shape: { format: field.format, thousands: field.thousands, nullTexts: [...nulls] },
  }));
}

function unifyFields(a: LayoutField, b: LayoutField): LayoutField {
  const same = a.format === b.format && a.transform === b.transform && a.thousands === b.thousands;
  const plain: Inferred = { type: unify(a.type, b.type) };
  if (same) return { ...a, type: plain.type };
  const { name, path } = a;
  const type = a.type === b.type ? 'string' : plain.type;
  return { name, type, ...(path === undefined ? {} : { path }) };
}

/** Texts like `NA` that the sample showed in a column that is no string. */
function nullTextsOf(layout: Layout, ordinal: number, field: LayoutField): Set<string> {
  const texts = new Set<string>();
  if (field.type === 'string' || field.type === 'dynamic') return texts;
  for (const row of layout.rows) {
    const text = row[ordinal];
    if (typeof text === 'string' && text !== '' && isNullText(text))
      texts.add(text.trim().toLowerCase());
  }
  return texts;
}

/** A mapping says types and places; how dates are written is still looked up in the data. */
function withShape(column: MappedColumn, layouts: readonly Layout[]): PlannedColumn {
  const inferred = inferredColumns(layouts);
  const source = inferred.find((c) =>
    column.ordinal !== undefined
      ? layouts[0]?.fields[column.ordinal]?.name === c.name
      : (column.path ?? formatJsonPath([column.name])) === (c.path ?? formatJsonPath([c.name])),
  );
  const shape = source !== undefined && source.type === column.type ? source.shape : {};
  return { ...column, shape };
}
