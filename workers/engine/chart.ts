import type { DuckDBConnection } from '@duckdb/node-api';
import type { ParsedParamsOf, ResultOf } from '../../common/contract/rpc.ts';
import type { QueryWorkerContract } from '../../common/contract/worker.ts';
import { AppError } from '../../common/errors/app-error.ts';
import type { Column, KqlType } from '../../common/types/kql-type.ts';
import { count, id, join, type Sql, sql, str, trusted } from '../kql/emit/sql.ts';
import { ticksOfTimestamp } from '../kql/functions/value/sql.ts';
import { encode } from './arrow.ts';
import { exactText } from './cell-sql.ts';
import type { Engine } from './duckdb.ts';
import { columnName, type Results, readColumns, type StoredResult } from './results.ts';
import { translateError } from './translate-error.ts';

type Params = ParsedParamsOf<QueryWorkerContract, 'query.chart'>;

const CONTINUOUS: ReadonlySet<KqlType> = new Set([
  'datetime',
  'timespan',
  'int',
  'long',
  'real',
  'decimal',
]);
/** Points of all series together; with more series each gets fewer. */
const MAX_TOTAL = 1_000_000;
/** The category that holds what is not among the most frequent. */
const REST = '(other)';

/** What is drawn, with columns named x, s0…, y0…, and `pos`, the place of each row. */
interface Points {
  readonly from: string;
  readonly rows: number;
  readonly x: Column;
  readonly series: readonly Column[];
  readonly ys: readonly Column[];
}

const X = id('x');
const POS = id('pos');
const seriesName = (i: number): Sql => id(`s${i}`);
const yName = (i: number): Sql => id(`y${i}`);

/** Points of charts, thinned in the engine so that the drawing looks the same. */
export class Charts {
  readonly #engine: Engine;
  readonly #results: Results;

  constructor(engine: Engine, results: Results) {
    this.#engine = engine;
    this.#results = results;
  }

  async chart(
    params: Params,
    signal: AbortSignal,
  ): Promise<ResultOf<QueryWorkerContract, 'query.chart'>> {
    const result = await this.#results.stored(params.resultId);
    return this.#engine.use(signal, async (connection) => {
      const expanded = this.#results.newTable('chart');
      try {
        const points = await this.#points(connection, result, params, expanded);
        const { statement, thinned, x } = await thin(connection, points, params.maxPoints);
        const values = await readColumns(connection, statement);
        const columns = [x, ...points.series, ...points.ys];
        return { batch: encode(columns, values), pointCount: values[0]?.length ?? 0, thinned };
      } catch (error) {
        throw translateError(error);
      } finally {
        await connection.run(`DROP TABLE IF EXISTS ${expanded}`);
      }
    });
  }

  /** The rows of a chart; arrays of make-series are laid out as rows in a table. */
  async #points(
    connection: DuckDBConnection,
    result: StoredResult,
    params: Params,
    table: string,
  ): Promise<Points> {
    const view = this.#results.view(result, params.viewId);
    const pick = (name: string): { column: Column; cell: Sql } => {
      const [at = 0] = this.#results.indexes(result, [name]);
      const column = result.columns[at];
      if (!column) throw new AppError('input', 'no_column', `The result has no column '${name}'.`);
      return { column: { name, type: column.type }, cell: id(columnName(at)) };
    };
    const x = pick(params.x);
    const series = params.series.map(pick);
    const ys = params.ys.map(pick);
    const rows = this.#results.rowsSql(result, view);
    const pos = trusted(this.#results.placeSql(view));
    const names = [
      ...series.map(({ cell }, i) => sql`${cell} AS ${seriesName(i)}`),
      sql`${pos} AS ${POS}`,
    ];
    const arrays = [x, ...ys].filter(({ column }) => column.type === 'dynamic');
    const isSeries = arrays.length > 0 && (await holdsArrays(connection, arrays, rows));
    if (!isSeries) {
      const list = join([
        sql`${x.cell} AS ${X}`,
        ...ys.map(({ cell }, i) => sql`${cell} AS ${yName(i)}`),
        ...names,
      ]);
      return {
        from: `(SELECT ${list} FROM ${rows})`,
        rows: view?.rowCount ?? result.rowCount,
        x: x.column,
        series: series.map((s) => s.column),
        ys: ys.map((y) => y.column),
      };
    }
    const xType =
      x.column.type === 'dynamic' ? await itemType(connection, x.cell, rows) : x.column.type;
    const list = join([
      x.column.type === 'dynamic'
        ? sql`unnest(from_json(${x.cell}, '["VARCHAR"]')) AS ${X}`
        : sql`${x.cell} AS ${X}`,
      ...ys.map(({ column, cell }, i) =>
        column.type === 'dynamic'
          ? sql`unnest(from_json(${cell}, '["VARCHAR"]')) AS ${yName(i)}`
          : sql`${cell} AS ${yName(i)}`,
      ),
      ...names,
    ]);
    const typed = join([
      x.column.type === 'dynamic' ? sql`${itemOf(X, xType)} AS ${X}` : X,
      ...ys.map(({ column }, i) =>
        column.type === 'dynamic' ? sql`TRY_CAST(${yName(i)} AS DOUBLE) AS ${yName(i)}` : yName(i),
      ),
      ...series.map((_, i) => seriesName(i)),
    ]);
    await connection.run(
      `CREATE TABLE ${table} AS SELECT ${typed} FROM (SELECT ${list} FROM ${rows})`,
    );
    const [counted] = await readColumns(connection, `SELECT count(*)::DOUBLE FROM ${table}`);
    return {
      from: `(SELECT *, rowid AS pos FROM ${table})`,
      rows: Number(counted?.[0] ?? 0),
      x: { name: x.column.name, type: xType },
      series: series.map((s) => s.column),
      ys: ys.map(({ column }) => ({
        name: column.name,
        type: column.type === 'dynamic' ? ('real' as const) : column.type,
      })),
    };
  }
}

async function holdsArrays(
  connection: DuckDBConnection,
  columns: readonly { readonly cell: Sql }[],
  rows: string,
): Promise<boolean> {
  const tests = columns.map(({ cell }) => sql`json_type(${cell}) = 'ARRAY'`);
  const [found] = await readColumns(
    connection,
    `SELECT bool_or(${join(tests, ' OR ')}) FROM (SELECT * FROM ${rows} LIMIT 100)`,
  );
  return found?.[0] === true;
}

const ISO = '^\\d{4}-\\d{2}-\\d{2}T';
const CLOCK = '^-?(\\d+\\.)?\\d{2}:\\d{2}:\\d{2}';

/** The type of the items of an array of x values, by the first of them. */
async function itemType(connection: DuckDBConnection, cell: Sql, rows: string): Promise<KqlType> {
  const first = sql`json_extract_string(${cell}, '$[0]')`;
  const [found] = await readColumns(
    connection,
    `SELECT ${first} FROM (SELECT * FROM ${rows}) WHERE ${first} IS NOT NULL LIMIT 1`,
  );
  const text = String(found?.[0] ?? '');
  if (new RegExp(ISO).test(text)) return 'datetime';
  if (/^-?\d+$/.test(text)) return 'long';
  if (text !== '' && !Number.isNaN(Number(text))) return 'real';
  return new RegExp(CLOCK).test(text) ? 'timespan' : 'string';
}

function itemOf(text: Sql, type: KqlType): Sql {
  switch (type) {
    case 'datetime': {
      // Six digits of the fraction are read as a timestamp, the seventh is added.
      const seconds = sql`TRY_CAST(left(${text}, 26) AS TIMESTAMP)`;
      return sql`${ticksOfTimestamp(seconds)} + coalesce(TRY_CAST(substring(${text}, 27, 1) AS BIGINT), 0)`;
    }
    case 'timespan': {
      const part = (n: number): Sql =>
        sql`coalesce(TRY_CAST(regexp_extract(${text}, '^-?(?:(\\d+)\\.)?(\\d{2}):(\\d{2}):(\\d{2})(?:\\.(\\d{1,7}))?', ${count(n)}) AS BIGINT), 0)`;
      const sub = sql`coalesce(TRY_CAST(rpad(regexp_extract(${text}, '\\.(\\d{1,7})$', 1), 7, '0') AS BIGINT), 0)`;
      const sign = sql`CASE WHEN starts_with(${text}, '-') THEN -1 ELSE 1 END`;
      return sql`${sign} * ((((${part(1)} * 24 + ${part(2)}) * 60 + ${part(3)}) * 60 + ${part(4)}) * 10000000 + ${sub})`;
    }
    case 'long':
      return sql`TRY_CAST(${text} AS BIGINT)`;
    case 'real':
      return sql`TRY_CAST(${text} AS DOUBLE)`;
    default:
      return text;
  }
}

interface Thinned {
  readonly statement: string;
  readonly thinned: boolean;
  readonly x: Column;
}

async function thin(
  connection: DuckDBConnection,
  points: Points,
  maxPoints: number,
): Promise<Thinned> {
  const list = join([
    X,
    ...points.series.map((_, i) => seriesName(i)),
    ...points.ys.map((_, i) => yName(i)),
  ]);
  const all = `SELECT ${list} FROM ${points.from} ORDER BY ${POS}`;
  if (points.rows <= maxPoints) return { statement: all, thinned: false, x: points.x };
  const keys = points.series.map((_, i) => seriesName(i));
  const distinct =
    keys.length === 0 ? sql`1` : sql`approx_count_distinct((${join([...keys, sql`1`])}))`;
  const number = sql`CAST(${X} AS DOUBLE)`;
  const continuous = CONTINUOUS.has(points.x.type);
  const range = continuous
    ? sql`CAST(min(${X}) AS DOUBLE), CAST(max(${X}) AS DOUBLE)`
    : sql`CAST(count(DISTINCT ${X}) AS DOUBLE), NULL`;
  const figures = await readColumns(
    connection,
    `SELECT CAST(${distinct} AS DOUBLE), ${range} FROM ${points.from}`,
  );
  const [seriesCount = 1, low, high] = figures.map((c) => c[0] as number | null);
  const perSeries = Math.min(maxPoints, Math.ceil(MAX_TOTAL / Math.max(1, seriesCount ?? 1)));
  if (!continuous) {
    if (Number(low) <= maxPoints) return { statement: all, thinned: false, x: points.x };
    return topCategories(points, maxPoints);
  }
  if (points.rows <= perSeries) return { statement: all, thinned: false, x: points.x };
  // Each bucket keeps its first and last row, and for each y the lowest, the highest and one without a value.
  const buckets = Math.max(1, Math.floor(perSeries / (2 + 2 * points.ys.length)));
  const span = Number(high) - Number(low);
  const bucket =
    span > 0 && Number.isFinite(span)
      ? sql`least(${count(buckets - 1)}, CAST(floor((${number} - ${trusted(`${low}::DOUBLE`)}) * ${trusted(`${buckets / span}::DOUBLE`)}) AS INTEGER))`
      : sql`0`;
  const kept = [
    sql`arg_min(${POS}, ${X})`,
    sql`arg_max(${POS}, ${X})`,
    ...points.ys.flatMap((_, i) => [
      sql`arg_min(${POS}, ${yName(i)})`,
      sql`arg_max(${POS}, ${yName(i)})`,
      sql`min(${POS}) FILTER (WHERE ${yName(i)} IS NULL)`,
    ]),
  ];
  const groups = join([...keys, bucket]);
  const chosen = `SELECT unnest([${join(kept)}]) FROM ${points.from} GROUP BY ${groups}`;
  return {
    statement: `SELECT ${list} FROM ${points.from} WHERE ${POS} IN (${chosen}) ORDER BY ${POS}`,
    thinned: true,
    x: points.x,
  };
}

/** The categories with the greatest first y, and one that sums up all others. */
function topCategories(points: Points, most: number): Thinned {
  const x = sql`${exactText(X, points.x.type)}`;
  const first = points.ys.length > 0 ? sql`sum(${yName(0)})` : sql`count(*)`;
  const keys = points.series.map((_, i) => seriesName(i));
  const top = sql`SELECT ${x} FROM ${trusted(points.from)} GROUP BY ${x} ORDER BY ${first} DESC NULLS LAST, min(${POS}) LIMIT ${count(most - 1)}`;
  const name = sql`CASE WHEN ${x} IN (${top}) THEN ${x} ELSE ${str(REST)} END`;
  const sums = points.ys.map((_, i) => sql`CAST(sum(${yName(i)}) AS DOUBLE) AS ${yName(i)}`);
  const list = join([sql`${name} AS category`, ...keys, ...sums, sql`min(${POS}) AS place`]);
  const groups = join([sql`1`, ...keys.map((_, i) => count(i + 2))]);
  const order = sql`category = ${str(REST)}, place`;
  const shown = join([
    sql`category`,
    ...keys,
    ...points.ys.map((y, i) =>
      y.type === 'real' || y.type === 'decimal'
        ? yName(i)
        : sql`CAST(${yName(i)} AS BIGINT) AS ${yName(i)}`,
    ),
  ]);
  return {
    statement: `SELECT ${shown} FROM (SELECT ${list} FROM ${points.from} GROUP BY ${groups}) ORDER BY ${order}`,
    thinned: true,
    x: { name: points.x.name, type: 'string' },
  };
}
