import type { ViewFilter, ViewSpec } from '../../common/contract/query.ts';
import { AppError } from '../../common/errors/app-error.ts';
import type { Column } from '../../common/types/kql-type.ts';
import { literalValue } from '../kql/bind/literal.ts';
import { constantSql } from '../kql/emit/constant.ts';
import { bool, join, type Sql, sql, str } from '../kql/emit/sql.ts';
import { cellOf, holdsText, shownText } from './cell-sql.ts';
import type { Engine } from './duckdb.ts';
import type { Results, StoredResult, StoredView } from './results.ts';
import { translateError } from './translate-error.ts';

/** Views that one result keeps; the one that was asked for least lately goes first. */
const MAX_VIEWS = 8;

/** A view of fewer rows is read by row number fast enough. */
const LEAST_LAID_OUT_ROWS = 10_000;
/** Cells that a copy of a view may have. */
const MOST_LAID_OUT_CELLS = 250_000_000;

/**
 * Sorted and filtered views of results: tables of row numbers, ready as soon as the keys are sorted. Reading rows
 * by number takes longer the larger the result is, so a copy of the rows in the view's order is then made in the
 * background, for the latest view only.
 */
export class Views {
  readonly #engine: Engine;
  readonly #results: Results;
  readonly #making = new Map<string, Promise<StoredView>>();
  #laying:
    | { readonly view: StoredView; readonly stop: AbortController; readonly done: Promise<void> }
    | undefined;

  constructor(engine: Engine, results: Results) {
    this.#engine = engine;
    this.#results = results;
  }

  /** The view of a spec; an equal one of the same rows is found again. */
  async open(resultId: string, spec: ViewSpec, signal: AbortSignal): Promise<StoredView> {
    const result = await this.#results.stored(resultId);
    const where = conditions(this.#results, result, spec);
    const keys = spec.sort.map((key) => {
      const [at = 0] = this.#results.indexes(result, [key.column]);
      // KQL's order: nulls last when descending, first when ascending (page "sort operator").
      return key.descending
        ? sql`${cellOf(at)} DESC NULLS LAST`
        : sql`${cellOf(at)} ASC NULLS FIRST`;
    });
    const order = keys.length > 0 ? sql` ORDER BY ${join(keys)}` : sql``;
    const view = await this.#find(
      result,
      JSON.stringify(spec),
      (table) => {
        if (!spec.distinct) return `SELECT rowid AS rid FROM ${table}${where}${order}`;
        const cells = result.columns.map((_, i) => cellOf(i).text).join(', ') || 'rowid';
        const firsts = `SELECT min(rowid) FROM ${table}${where} GROUP BY ${cells}`;
        return `SELECT rowid AS rid FROM ${table} WHERE rowid IN (${firsts})${order.text || ' ORDER BY rowid'}`;
      },
      signal,
    );
    this.#layOut(result, view);
    return view;
  }

  /** Resolves when no copy is being made. */
  async settled(): Promise<void> {
    await this.#laying?.done;
  }

  /** Places in a result or view, in order, of the rows that hold a text; kept like a view. */
  async matches(
    result: StoredResult,
    view: StoredView | undefined,
    text: string,
    signal: AbortSignal,
  ): Promise<StoredView> {
    const condition = searchCondition(result.columns, text);
    return this.#find(
      result,
      `find ${view?.viewId ?? ''} ${text}`,
      (table) =>
        view
          ? `SELECT v.rowid AS rid FROM ${view.table} v JOIN ${table} t ON t.rowid = v.rid WHERE ${condition} ORDER BY v.rowid`
          : `SELECT rowid AS rid FROM ${table} WHERE ${condition}`,
      signal,
    );
  }

  async #find(
    result: StoredResult,
    key: string,
    select: (table: string) => string,
    signal: AbortSignal,
  ): Promise<StoredView> {
    const viewId = `${result.table} ${key}`;
    const known = result.views.get(viewId);
    if (known) {
      // The order of a Map is the order of use.
      result.views.delete(viewId);
      result.views.set(viewId, known);
      return known;
    }
    const under = `${result.resultId} ${viewId}`;
    const making = this.#making.get(under);
    if (making) return making;
    const made = this.#make(result, viewId, select(result.table), signal);
    this.#making.set(under, made);
    try {
      return await made;
    } finally {
      this.#making.delete(under);
    }
  }

  async #make(
    result: StoredResult,
    viewId: string,
    select: string,
    signal: AbortSignal,
  ): Promise<StoredView> {
    const table = this.#results.newTable('view');
    const rowCount = await this.#engine.use(signal, async (connection) => {
      try {
        await connection.run(`CREATE TABLE ${table} AS ${select}`);
        const reader = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${table}`);
        return Number(reader.getRows()[0]?.[0] ?? 0);
      } catch (error) {
        throw translateError(error, select);
      }
    });
    const view: StoredView = {
      viewId,
      table,
      source: result.table,
      rowCount,
      drop: () => {
        if (this.#laying?.view.viewId === viewId) this.#laying.stop.abort();
      },
    };
    result.views.set(viewId, view);
    for (const old of [...result.views.values()].slice(0, -MAX_VIEWS))
      await this.#results.dropView(result, old);
    return view;
  }

  #layOut(result: StoredResult, view: StoredView): void {
    if (view.laidOut || view.rowCount < LEAST_LAID_OUT_ROWS) return;
    if (view.rowCount * result.columns.length > MOST_LAID_OUT_CELLS) return;
    if (this.#laying?.view === view && !this.#laying.stop.signal.aborted) return;
    this.#laying?.stop.abort();
    const stop = new AbortController();
    const table = this.#results.newTable('laid');
    const work = this.#engine.use(stop.signal, async (connection) => {
      const columns = result.columns.map((_, i) => cellOf(i).text).join(', ') || '1';
      // By the numbers of the view: less work than to sort whole rows by the keys again.
      await connection.run(
        `CREATE TABLE ${table} AS SELECT ${columns} FROM (SELECT rowid AS ord, rid FROM ${view.table}) v JOIN ${view.source} t ON t.rowid = v.rid ORDER BY v.ord`,
      );
      if (stop.signal.aborted) await connection.run(`DROP TABLE ${table}`);
      else view.laidOut = table;
    });
    // Without the copy, because it was stopped or there is no room for it, the view works as before.
    const done = work.catch(() => undefined).then(() => undefined);
    this.#laying = { view, stop, done };
  }
}

function conditions(results: Results, result: StoredResult, spec: ViewSpec): Sql {
  const parts = spec.filters.map((filter) => {
    const [at = 0] = results.indexes(result, [filter.column]);
    const column = result.columns[at];
    return column ? filterCondition(cellOf(at), column, filter) : bool(true);
  });
  if (spec.search !== '') parts.push(searchCondition(result.columns, spec.search));
  return parts.length > 0 ? sql` WHERE ${join(parts, ' AND ')}` : sql``;
}

/** Rows that hold a text in any column, as the user sees them. */
export function searchCondition(columns: readonly Column[], text: string): Sql {
  const tests = columns
    .map((c, i) => holdsText(cellOf(i), c.type, text))
    .filter((test) => test !== undefined);
  return tests.length > 0 ? sql`(${join(tests, ' OR ')})` : bool(false);
}

function isEmpty(cell: Sql, column: Column): Sql {
  return column.type === 'string' ? sql`(${cell} = '')` : sql`(${cell} IS NULL)`;
}

/** KQL's text of a value as SQL of the column's type; undefined for an empty one. */
function literalOf(text: string, column: Column): Sql | undefined {
  if (column.type === 'string') return str(text);
  if (text === '') return undefined;
  if (column.type === 'dynamic') return str(text);
  const value = literalValue(text, column.type);
  if (value === undefined)
    throw new AppError(
      'input',
      'bad_filter_value',
      `'${text}' is no ${column.type}, which the column '${column.name}' holds.`,
    );
  return value === null ? undefined : constantSql(value, column.type);
}

/** Nulls as in KQL: `null != 5` is true, `null < 5` is not. */
function filterCondition(cell: Sql, column: Column, filter: ViewFilter): Sql {
  const [first = ''] = filter.values;
  const text = (): Sql => shownText(cell, column.type);
  const folded = (): Sql => sql`lower(${text()})`;
  const needle = str(first.toLowerCase());
  const compare = (operator: Sql): Sql => {
    const value = literalOf(first, column);
    return value ? sql`coalesce(${cell} ${operator} ${value}, false)` : bool(false);
  };
  switch (filter.operator) {
    case 'isEmpty':
      return isEmpty(cell, column);
    case 'isNotEmpty':
      return sql`(NOT ${isEmpty(cell, column)})`;
    case 'equals':
      return among(cell, column, [first]);
    case 'notEquals':
      return sql`(NOT ${among(cell, column, [first])})`;
    case 'in':
      return among(cell, column, filter.values);
    case 'notIn':
      return sql`(NOT ${among(cell, column, filter.values)})`;
    case 'contains':
      return sql`contains(${folded()}, ${needle})`;
    case 'notContains':
      return sql`(NOT contains(${folded()}, ${needle}))`;
    case 'startsWith':
      return sql`starts_with(${folded()}, ${needle})`;
    case 'endsWith':
      return sql`ends_with(${folded()}, ${needle})`;
    case 'less':
      return compare(sql`<`);
    case 'lessOrEqual':
      return compare(sql`<=`);
    case 'greater':
      return compare(sql`>`);
    case 'greaterOrEqual':
      return compare(sql`>=`);
  }
}

function among(cell: Sql, column: Column, texts: readonly string[]): Sql {
  const values = texts.map((text) => literalOf(text, column));
  const some = values.filter((value) => value !== undefined);
  const parts: Sql[] = [];
  if (some.length > 0) parts.push(sql`coalesce(${cell} IN (${join(some)}), false)`);
  if (some.length < values.length) parts.push(isEmpty(cell, column));
  return parts.length > 0 ? sql`(${join(parts, ' OR ')})` : bool(false);
}
