import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import type { Dynamic, Value } from '../functions/define.ts';
import { countOfIntersection, type Hll, readHll } from '../functions/sketch/hll.ts';
import { convertValue } from '../functions/value/convert.ts';
import { isArray, isBag } from '../functions/value/dynamic.ts';
import { textOf } from '../functions/value/text.ts';
import { column, constant, type Expr, limit, type Plan, type Row, walkExpr } from '../plan/plan.ts';
import type { Plugin, PluginCall } from './define.ts';
import {
  constantValue,
  grouped,
  numberValue,
  onlyExpressions,
  plugin,
  tableStep,
  withExpressions,
} from './rows.ts';

/** KQL types of what is inside a dynamic; undefined for null. */
function slotType(value: Dynamic): KqlType | undefined {
  switch (typeof value) {
    case 'bigint':
      return 'long';
    case 'number':
      return 'real';
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
  }
  return value === null ? undefined : 'dynamic';
}

const ignoredOf = (call: PluginCall): ReadonlySet<string> => {
  const value = constantValue(call, 3, 'ignoredProperties');
  return new Set(isArray(value ?? null) ? (value as readonly Dynamic[]).map(String) : []);
};

/**
 * Columns of the slots in the order of their names, behind the other columns; one that is called like the unpacked
 * column takes its place (page "bag_unpack plugin" and the engine).
 */
function bagColumns(call: PluginCall, rows: readonly Row[]): readonly Column[] {
  const bagName = call.columnName(0);
  const prefix = prefixOf(call);
  const conflict = constantValue(call, 2, 'columnsConflict');
  const ignored = ignoredOf(call);
  const types = new Map<string, KqlType | undefined>();
  for (const [bag] of rows) {
    if (!isBag(bag)) continue;
    for (const [key, value] of Object.entries(bag)) {
      if (ignored.has(key)) continue;
      const name = prefix + key;
      const type = slotType(value);
      const known = types.get(name);
      types.set(name, known && type && known !== type ? 'dynamic' : (known ?? type));
    }
  }
  const own = call.input.columns.filter((c) => c.name !== bagName);
  const names = new Set(own.map((c) => c.name));
  const clashes = [...types.keys()].filter((name) => names.has(name));
  if (clashes.length > 0 && conflict !== 'replace_source' && conflict !== 'keep_source')
    call.node.fail(
      'semantic',
      'columns_conflict',
      `bag_unpack would give the columns ${clashes.join(', ')} twice; say columnsConflict='replace_source' or 'keep_source', or a prefix.`,
    );
  const kept = call.input.columns.flatMap((c): Column[] => {
    if (c.name === bagName)
      return types.has(bagName) ? [{ name: bagName, type: types.get(bagName) ?? 'dynamic' }] : [];
    return conflict === 'replace_source' && types.has(c.name)
      ? [{ name: c.name, type: types.get(c.name) ?? 'dynamic' }]
      : [c];
  });
  const added = [...types]
    .filter(([name]) => !names.has(name) && name !== bagName)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, type]): Column => ({ name, type: type ?? 'dynamic' }));
  return [...kept, ...added];
}

function prefixOf(call: PluginCall): string {
  const value = constantValue(call, 1, 'OutputColumnPrefix');
  return typeof value === 'string' ? value : '';
}

const bagUnpack: Plugin = plugin(
  'bag_unpack',
  (call, columns) => {
    const bagName = bagColumnOf(call);
    const bagAt = call.input.columns.findIndex((c) => c.name === bagName);
    const prefix = prefixOf(call);
    const replace = constantValue(call, 2, 'columnsConflict') === 'replace_source';
    const ignored = ignoredOf(call);
    const places = columns.map((c) =>
      c.name === bagName ? -1 : call.input.columns.findIndex((o) => o.name === c.name),
    );
    return tableStep('bag_unpack', [call.input], columns, ([rows]) =>
      (rows ?? []).map((row) => {
        const bag = row[bagAt] ?? null;
        return columns.map((c, i): Value => {
          const place = places[i] ?? -1;
          const key = c.name.startsWith(prefix) ? c.name.slice(prefix.length) : undefined;
          const slot =
            isBag(bag) && key !== undefined && Object.hasOwn(bag, key) && !ignored.has(key)
              ? bag[key]
              : undefined;
          if (place >= 0 && !(replace && slot !== undefined)) return row[place] ?? null;
          return fromSlot(slot ?? null, c.type);
        });
      }),
    );
  },
  (call) => ({
    plan: onlyExpressions(call.input, [column(bagColumnOf(call), 'dynamic')]),
    columns: (rows) => bagColumns(call, rows),
  }),
);

/** The column to unpack, which must be dynamic. */
function bagColumnOf(call: PluginCall): string {
  const name = call.columnName(0);
  const type = call.input.columns.find((c) => c.name === name)?.type;
  if (type !== 'dynamic')
    return call.node.fail(
      'semantic',
      'no_bag',
      `bag_unpack wants a dynamic column; ${name} is ${type ?? 'unknown'}. Use parse_json() first.`,
    );
  return name;
}

function fromSlot(value: Dynamic, type: KqlType): Value {
  if (type === 'dynamic') return value;
  if (value === null) return type === 'string' ? '' : null;
  return convertValue(value, 'dynamic', type);
}

/** Names of columns that an expression reads. */
function columnsOf(expr: Expr): Set<string> {
  const names = new Set<string>();
  walkExpr(expr, (e) => {
    if (e.k === 'column') names.add(e.name);
  });
  return names;
}

const COUNTING = new Set(['count', 'dcount', 'sum', 'count_distinct', 'countif', 'sumif']);

interface Pivot {
  readonly pivot: Expr;
  readonly aggregate: Expr;
  readonly keys: readonly Expr[];
  readonly keyColumns: readonly Column[];
}

function pivotOf(call: PluginCall): Pivot {
  const pivot = call.expr(0);
  const second = call.args[1] ? call.expr(1) : undefined;
  const aggregate: Expr =
    second?.k === 'aggregate'
      ? second
      : { k: 'aggregate', name: 'count', args: [], type: 'long', span: call.node.span };
  const named = call.args
    .slice(second?.k === 'aggregate' ? 2 : 1)
    .map((_, i) => call.expr(i + (second?.k === 'aggregate' ? 2 : 1)));
  const used = new Set([...columnsOf(pivot), ...columnsOf(aggregate)]);
  const keys =
    named.length > 0
      ? named
      : call.input.columns.filter((c) => !used.has(c.name)).map((c) => column(c.name, c.type));
  const keyColumns = keys.map(
    (k, i): Column => ({ name: k.k === 'column' ? k.name : `Column${i + 1}`, type: k.type }),
  );
  return { pivot, aggregate, keys, keyColumns };
}

function pivotPlan(call: PluginCall, columns: readonly Column[]): Plan {
  const { pivot, aggregate, keys, keyColumns } = pivotOf(call);
  const grouping: Plan = {
    op: 'aggregate',
    input: call.input,
    keys: [...keys, pivot],
    aggregates: [aggregate],
    columns: [
      ...keyColumns,
      { name: '$pivot', type: pivot.type },
      { name: '$value', type: aggregate.type },
    ],
  };
  const zero = aggregate.k === 'aggregate' && COUNTING.has(aggregate.name);
  return tableStep('pivot', [grouping], columns, ([rows]) => {
    const width = keys.length;
    const groups = grouped(
      rows ?? [],
      keys.map((_, i) => i),
    );
    return [...groups.values()].map(({ key, rows: members }) => {
      const cells = new Map(
        members.map((row) => [textOf(row[width] ?? null, pivot.type), row[width + 1] ?? null]),
      );
      return columns.map((c): Value => {
        const at = keyColumns.findIndex((k) => k.name === c.name);
        if (at >= 0) return key[at] ?? null;
        const cell = cells.get(c.name);
        if (cell !== undefined)
          return c.type === aggregate.type ? cell : convertValue(cell, aggregate.type, c.type);
        if (c.type === 'string') return '';
        return zero
          ? c.type === 'long'
            ? 0n
            : c.type === 'int' || c.type === 'real'
              ? 0
              : null
          : null;
      });
    });
  });
}

const pivot: Plugin = plugin('pivot', pivotPlan, (call) => {
  const { pivot: expr, aggregate, keyColumns } = pivotOf(call);
  const values = onlyExpressions(call.input, [expr]);
  return {
    plan: { op: 'distinct', input: values, columns: values.columns },
    columns: (rows) => [
      ...keyColumns,
      ...[...new Set(rows.map(([value]) => textOf(value ?? null, expr.type)))]
        .filter((name) => name !== '')
        .sort()
        .map((name): Column => ({ name, type: aggregate.type })),
    ],
  };
});

const narrow: Plugin = plugin('narrow', (call, columns) =>
  tableStep('narrow', [call.input], columns, ([rows]) =>
    (rows ?? []).flatMap((row, i) =>
      call.input.columns.map((c, k): Row => [BigInt(i), c.name, textOf(row[k] ?? null, c.type)]),
    ),
  ),
);

const rowsNear: Plugin = plugin('rows_near', (call, columns) => {
  const prepared = withExpressions(call.input, [call.expr(0)]);
  const before = numberValue(call, 1, 0);
  const after = numberValue(call, 2, before);
  return tableStep('rows_near', [prepared.plan], columns, ([rows]) => {
    const all = rows ?? [];
    const keep = new Set<number>();
    all.forEach((row, i) => {
      if (row[prepared.width] !== true) return;
      for (let k = Math.max(0, i - before); k <= Math.min(all.length - 1, i + after); k++)
        keep.add(k);
    });
    return all.filter((_, i) => keep.has(i)).map((row) => row.slice(0, prepared.width));
  });
});

/** s0 is the first set's size, s1 that of what it has in common with the second, and so on. */
const dcountIntersect: Plugin = plugin('dcount_intersect', (call, columns) => {
  const prepared = withExpressions(
    call.input,
    call.args.map((_, i) => call.expr(i)),
  );
  return tableStep('dcount_intersect', [prepared.plan], columns, ([rows]) =>
    (rows ?? []).map((row) => {
      const states = row.slice(prepared.width).map(readHll);
      const sizes = states.map((_, i): Value => {
        const first = states.slice(0, i + 1);
        return first.every((s): s is Hll => s !== undefined)
          ? BigInt(countOfIntersection(first as Hll[]))
          : null;
      });
      return [...row.slice(0, prepared.width), ...sizes];
    }),
  );
});

const ROWS_ERROR = 'columns are out of order';

/**
 * One schema out of several (page "schema_merge plugin"): names in the order of their places; a name whose places
 * differ from schema to schema is an error in its row, unless the order is not to be kept.
 */
const schemaMerge: Plugin = plugin('schema_merge', (call, columns) => {
  const preserve = constantValue(call, 0, 'PreserveOrder') !== false;
  const at = ['ColumnName', 'ColumnOrdinal', 'DataType', 'ColumnType'].map((name) =>
    call.input.columns.findIndex((c) => c.name === name),
  );
  if (at.includes(-1))
    return call.node.fail(
      'semantic',
      'schema_columns',
      'schema_merge works on rows that getschema gives: ColumnName, ColumnOrdinal, DataType, ColumnType.',
    );
  const type = call.input.columns[at[1] ?? -1]?.type ?? 'long';
  return tableStep('schema_merge', [call.input], columns, ([rows]) => {
    const found = new Map<string, { ordinals: Set<number>; types: Map<string, Row> }>();
    for (const row of rows ?? []) {
      const [name, ordinal] = [String(row[at[0] ?? 0]), Number(row[at[1] ?? 0])];
      const entry = found.get(name) ?? {
        ordinals: new Set<number>(),
        types: new Map<string, Row>(),
      };
      entry.ordinals.add(ordinal);
      entry.types.set(String(row[at[3] ?? 0]), row);
      found.set(name, entry);
    }
    const ordinal = (n: number): Value => (type === 'int' ? n : BigInt(n));
    // Without an order to keep, a name goes where the latest of its places is.
    const last = (ordinals: ReadonlySet<number>): number => Math.max(...ordinals);
    const named = preserve
      ? [...found]
      : [...found].sort(([, a], [, b]) => last(a.ordinals) - last(b.ordinals));
    let next = 0;
    const merged = named.map(([name, { ordinals, types }]): Row => {
      const row = types.values().next().value ?? [];
      const datatype = row[at[2] ?? 0] ?? '';
      const csl = row[at[3] ?? 0] ?? '';
      if (types.size > 1) return mergeError(name, ordinal(-1), 'column types differ');
      if (!preserve) return [name, ordinal(next++), datatype, csl];
      const [only] = ordinals;
      if (ordinals.size > 1 || only === undefined) return mergeError(name, ordinal(-1), ROWS_ERROR);
      return [name, ordinal(only), datatype, csl];
    });
    if (!preserve) return merged;
    return merged.sort((a, b) => {
      const [x, y] = [Number(a[1]), Number(b[1])];
      return (x < 0 ? 1e9 : x) - (y < 0 ? 1e9 : y);
    });
  });
});

const mergeError = (name: string, ordinal: Value, what: string): Row => [
  name,
  ordinal,
  `ERROR(unknown CSL type:ERROR(${what}))`,
  `ERROR(${what})`,
];

/** The first rows, and how many there are (page "preview plugin"). */
const preview: Plugin = {
  ...plugin('preview', (call) => previewRows(call, call.input)),
  tables: (call) => {
    const shared: Plan = { op: 'materialize', columns: call.input.columns, input: call.input };
    return [
      { name: undefined, plan: previewRows(call, shared) },
      { name: undefined, plan: rowCount(call, shared, [{ name: 'Count', type: 'long' }]) },
    ];
  },
};

const previewRows = (call: PluginCall, input: Plan): Plan =>
  limit(input, constant(BigInt(Math.max(0, Math.trunc(numberValue(call, 0, 0)))), 'long'));

const rowCount = (call: PluginCall, input: Plan, columns: readonly Column[]): Plan => ({
  op: 'aggregate',
  input,
  keys: [],
  aggregates: [{ k: 'aggregate', name: 'count', args: [], type: 'long', span: call.node.span }],
  columns,
});

export const shapingPlugins: readonly Plugin[] = [
  bagUnpack,
  pivot,
  narrow,
  rowsNear,
  dcountIntersect,
  schemaMerge,
  plugin('identity', (call) => call.input),
  preview,
  // Counting is as quick here as guessing.
  plugin('estimate_rows_count', (call, columns) => rowCount(call, call.input, columns)),
];
