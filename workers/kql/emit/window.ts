import { AppError } from '../../../common/errors/app-error.ts';
import { type Expr, type LowerContext, type Relation, walkExpr } from '../plan/plan.ts';
import * as q from './sql.ts';
import { type Sql, sql } from './sql.ts';

interface Windowed {
  /** The rows, with the columns that the window functions made. */
  readonly input: Relation;
  readonly ordinal: Sql;
  readonly exprs: readonly Sql[];
}

/** Adds a computed column to the rows so far and gives its name. */
type AddColumn = (piece: Sql) => Sql;

/**
 * Gathers the rows of each value of `group` into one, and gives every row what `pick` takes from its group's
 * `gathered`.
 */
type AddGathered = (group: Sql, gathered: Sql, pick: (gathered: Sql) => Sql) => Sql;

interface Layer {
  readonly add: AddColumn;
  readonly addGathered: AddGathered;
  readonly ordinal: Sql;
  /** Arguments, already in SQL. */
  readonly args: readonly Sql[];
  readonly expr: Expr & { readonly k: 'window' };
  readonly context: LowerContext;
  /** Column that parts the rows, inside of mv-apply and partition. */
  readonly partition: Sql | undefined;
}

/** `PARTITION BY` of what is there. */
function parts(layer: Layer, group?: Sql): Sql {
  const by = [layer.partition, group].filter((p) => p !== undefined);
  return by.length > 0 ? sql`PARTITION BY ${q.join(by)} ` : sql``;
}

/** A number that grows at each row whose restart argument holds. */
function groupOf(layer: Layer, restart: Sql | undefined): Sql | undefined {
  if (!restart) return undefined;
  return layer.add(
    sql`sum(CASE WHEN ${restart} THEN 1 ELSE 0 END) OVER (${parts(layer)}ORDER BY ${layer.ordinal} ROWS UNBOUNDED PRECEDING)`,
  );
}

function over(layer: Layer, group: Sql | undefined): Sql {
  return sql`(${parts(layer, group)}ORDER BY ${layer.ordinal} ROWS UNBOUNDED PRECEDING)`;
}

/** prev and next: the value so many rows away, or a default (pages "prev()", "next()"). */
function neighbour(layer: Layer, name: Sql): Sql {
  const [value, offset, fallback] = layer.args;
  if (!value) return q.NULL;
  const missing = fallback ?? (layer.expr.type === 'string' ? q.str('') : q.NULL);
  return layer.add(
    sql`${name}(${value}, ${offset ?? q.count(1)}, ${missing}) OVER (${parts(layer)}ORDER BY ${layer.ordinal})`,
  );
}

/** Position of a row among those whose value is the same as its neighbour's (pages "row_rank_min()", "row_rank_dense()"). */
function rank(layer: Layer, dense: boolean): Sql {
  const [value, restart] = layer.args;
  if (!value) return q.NULL;
  const group = groupOf(layer, restart);
  const before = sql`(${parts(layer, group)}ORDER BY ${layer.ordinal})`;
  const changed = layer.add(
    sql`CASE WHEN lag(${layer.ordinal}) OVER ${before} IS NOT NULL AND lag(${value}) OVER ${before} IS NOT DISTINCT FROM ${value} THEN 0 ELSE 1 END`,
  );
  if (dense) return layer.add(sql`(sum(${changed}) OVER ${over(layer, group)})::BIGINT`);
  const position = layer.add(sql`row_number() OVER ${over(layer, group)}`);
  return layer.add(
    sql`(max(CASE WHEN ${changed} = 1 THEN ${position} END) OVER ${over(layer, group)})::BIGINT`,
  );
}

/**
 * Where the session of a row began (page "row_window_session()"). Restarts and gaps between neighbours part the rows
 * by SQL alone; how far a session may reach from its first value depends on where it began, so the values of a part
 * go through them one after the other, in TypeScript.
 */
function sessionStart(layer: Layer): Sql {
  const [value, fromFirst, betweenNeighbours, restart] = layer.args;
  if (!value || !fromFirst || !betweenNeighbours) return q.NULL;
  const before = sql`(${parts(layer)}ORDER BY ${layer.ordinal})`;
  const gap = layer.add(
    sql`CASE WHEN coalesce(${restart ?? q.bool(false)}, false) OR ${value} IS NULL OR coalesce(${value} >= lag(${value}) OVER ${before} + ${betweenNeighbours}, true) THEN 1 ELSE 0 END`,
  );
  const part = layer.add(
    sql`sum(${gap}) OVER (${parts(layer)}ORDER BY ${layer.ordinal} ROWS UNBOUNDED PRECEDING)`,
  );
  const place = layer.add(
    sql`row_number() OVER (${parts(layer, part)}ORDER BY ${layer.ordinal} ROWS UNBOUNDED PRECEDING)`,
  );
  const group = layer.partition ? sql`struct_pack(p := ${layer.partition}, s := ${part})` : part;
  const starts = layer.context.js(
    '__session_starts',
    [
      { sql: sql`to_json(list(${value} ORDER BY ${layer.ordinal}))::VARCHAR`, type: 'dynamic' },
      { sql: sql`max(${fromFirst})`, type: 'timespan' },
    ],
    'dynamic',
  );
  return layer.addGathered(
    group,
    sql`from_json(${starts}, '["BIGINT"]')`,
    (gathered) => sql`${gathered}[${place}]`,
  );
}

const WINDOWS: Readonly<Record<string, (layer: Layer) => Sql>> = {
  prev: (layer) => neighbour(layer, sql`lag`),
  next: (layer) => neighbour(layer, sql`lead`),
  row_number: (layer) => {
    const [start, restart] = layer.args;
    const group = groupOf(layer, restart);
    return layer.add(
      sql`(row_number() OVER ${over(layer, group)} + ${start ?? q.count(1)} - 1)::BIGINT`,
    );
  },
  row_cumsum: (layer) => {
    const [term, restart] = layer.args;
    const group = groupOf(layer, restart);
    const total = sql`sum(${term ?? q.NULL}) OVER ${over(layer, group)}`;
    const type = layer.expr.type;
    if (type === 'long' || type === 'timespan') return layer.add(sql`(${total})::BIGINT`);
    if (type === 'int') return layer.add(sql`(${total})::INTEGER`);
    return layer.add(total);
  },
  row_rank: (layer) => rank(layer, true),
  row_rank_dense: (layer) => rank(layer, true),
  row_rank_min: (layer) => rank(layer, false),
  row_window_session: sessionStart,
};

/**
 * Window functions as columns, innermost first, since SQL doesn't nest them. The rows are numbered in their order
 * once, and every window goes by that number.
 */
export function windowSql(
  exprs: readonly Expr[],
  input: Relation,
  context: LowerContext,
): Windowed {
  if (!input.ordered) notSerialized(exprs);
  const { relation, ordinal } = context.numbered(input);
  let current = relation;
  let made = 0;
  const add: AddColumn = (piece) => {
    const name = q.id(`·w${++made}`);
    const body = sql`SELECT *, ${piece} AS ${name} FROM ${current.from}`;
    current = { ...context.relation(body, current.columns, true), names: current.names };
    return name;
  };
  const addGathered: AddGathered = (group, gathered, pick) => {
    const name = q.id(`·w${++made}`);
    const key = q.id(`·g${made}`);
    // Both sides must see the rows in one and the same order.
    const rows = context.relation(
      sql`SELECT *, ${group} AS ${key} FROM ${current.from}`,
      current.columns,
      true,
      true,
    );
    const groups = context.relation(
      sql`SELECT ${key} AS "·key", ${gathered} AS "·gathered" FROM ${rows.from} GROUP BY 1`,
      [],
      false,
    );
    const body = sql`SELECT rs.*, ${pick(sql`gs."·gathered"`)} AS ${name} FROM ${rows.from} rs JOIN ${groups.from} gs ON rs.${key} IS NOT DISTINCT FROM gs."·key"`;
    current = { ...context.relation(body, current.columns, true), names: current.names };
    return name;
  };
  const windowNames = new Map<Expr, { readonly column: string; readonly name: Sql }>();
  const hoist = (expr: Expr): Expr => {
    if (expr.k === 'call' || expr.k === 'aggregate') return { ...expr, args: expr.args.map(hoist) };
    if (expr.k !== 'window') return expr;
    const args = expr.args.map(hoist);
    const make = WINDOWS[expr.name];
    if (!make) {
      throw new AppError(
        'unsupported',
        'not_implemented',
        `not implemented in Calypso: ${expr.name}`,
        {
          ...(expr.span ? { span: expr.span } : {}),
        },
      );
    }
    const scope = (): Relation => withWindows(current, windowNames);
    const name = make({
      add,
      addGathered,
      ordinal,
      context,
      expr,
      args: args.map((a) => context.expression(a, scope())),
      partition: expr.partition
        ? context.expression({ k: 'column', ...expr.partition }, scope())
        : undefined,
    });
    const column = `·window${windowNames.size}`;
    const replaced: Expr = { k: 'column', name: column, type: expr.type };
    windowNames.set(replaced, { column, name });
    return replaced;
  };
  const plain = exprs.map(hoist);
  const scope = withWindows(current, windowNames);
  return { input: current, ordinal, exprs: plain.map((e) => context.expression(e, scope)) };
}

/** The service refuses neighbours where rows have no order (page "Window functions overview"). */
function notSerialized(exprs: readonly Expr[]): never {
  let first: (Expr & { readonly k: 'window' }) | undefined;
  for (const expr of exprs)
    walkExpr(expr, (e) => {
      if (e.k === 'window') first ??= e;
    });
  throw new AppError(
    'semantic',
    'not_serialized',
    `${first?.name ?? 'This function'}() needs rows in a defined order: sort them first, or add 'serialize'.`,
    first?.span ? { span: first.span } : {},
  );
}

function withWindows(
  relation: Relation,
  made: ReadonlyMap<Expr, { readonly column: string; readonly name: Sql }>,
): Relation {
  const extra = [...made.entries()];
  return {
    ...relation,
    columns: [...relation.columns, ...extra.map(([e, m]) => ({ name: m.column, type: e.type }))],
    names: [...relation.names, ...extra.map(([, m]) => m.name)],
  };
}
