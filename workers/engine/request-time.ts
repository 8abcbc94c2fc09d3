import type { TableSnapshot } from '../../common/contract/store.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { parameterValue } from '../kql/bind/literal.ts';
import { id, join, long, type Sql, sql, trusted } from '../kql/emit/sql.ts';
import { type ScanOptions, scanSql } from '../store/scan.ts';

type Options = Readonly<Record<string, string | number | boolean>>;

/** Bounds that a request sets on all tables which have the column (page "Request properties"). */
export interface DatetimeScope {
  readonly column: string;
  /** Ticks, both ends included. */
  readonly from: bigint | undefined;
  readonly to: bigint | undefined;
}

/** `query_now`: what `now()` is, in ticks. */
export function nowOf(options: Options): bigint | undefined {
  return ticksOf(options, 'query_now');
}

/** `query_datetimescope_*`; `set` wins over the request. */
export function datetimeScope(request: Options, set: Options): DatetimeScope | undefined {
  const options = { ...request, ...set };
  const from = ticksOf(options, 'query_datetimescope_from');
  const to = ticksOf(options, 'query_datetimescope_to');
  if (from === undefined && to === undefined) return undefined;
  const column = option(options, 'query_datetimescope_column');
  if (column) return { column, from, to };
  throw new AppError(
    'input',
    'bad_option',
    'The datetime scope of the request names no column (query_datetimescope_column).',
  );
}

/** As `scanSql`, with only the rows of the scope where the table has its column. */
export function scopedScan(
  snapshot: TableSnapshot,
  options: ScanOptions & { readonly columns: readonly string[] },
  scope: DatetimeScope | undefined,
): string {
  const timed = scope && snapshot.columns.find((c) => c.name === scope.column);
  if (!scope || timed?.type !== 'datetime') return scanSql(snapshot, options);
  const columns = [...new Set([...options.columns, scope.column])];
  const time = id(scope.column);
  const bounds = [
    ...(scope.from === undefined ? [] : [sql`${time} >= ${long(scope.from)}`]),
    ...(scope.to === undefined ? [] : [sql`${time} <= ${long(scope.to)}`]),
  ];
  const kept = options.columns.map((name): Sql => id(name));
  // A bare count wants rows without columns, which SQL can't say.
  const list = kept.length > 0 ? join(kept, ', ') : sql`true AS "row"`;
  const rows = trusted(scanSql(snapshot, { ...options, columns }));
  return sql`SELECT ${list} FROM (${rows}) WHERE ${join(bounds, ' AND ')}`.text;
}

function option(options: Options, wanted: string): string | undefined {
  for (const [name, value] of Object.entries(options))
    if (name.toLowerCase() === wanted) return String(value).replace(/^(["'])(.*)\1$/, '$2');
  return undefined;
}

function ticksOf(options: Options, name: string): bigint | undefined {
  const text = option(options, name);
  if (text === undefined) return undefined;
  const value = parameterValue(text, 'datetime');
  if (value?.k === 'constant' && typeof value.value === 'bigint') return value.value;
  throw new AppError('input', 'bad_option', `The option ${name} wants a datetime, not '${text}'.`);
}
