import type { Extent } from '../../common/contract/store.ts';
import type { KqlType } from '../../common/types/kql-type.ts';
import type { RunOptions, Session } from '../store/database.ts';
import { type ExtentColumn, writeExtents } from '../store/extent-writer.ts';
import { ident, literal } from '../store/quote.ts';
import { columnSql, isBadCell, type PlannedColumn } from './mapping.ts';
import type { Relation } from './relation.ts';

export interface BadCell {
  readonly file: string;
  readonly row: number;
  readonly column: string;
  readonly value: string;
  readonly reason: string;
}

/** Columns of the table that keeps the cells that did not fit. */
export const ERROR_COLUMNS: readonly { readonly name: string; readonly type: KqlType }[] = [
  { name: 'file', type: 'string' },
  { name: 'row', type: 'long' },
  { name: 'column', type: 'string' },
  { name: 'value', type: 'string' },
  { name: 'reason', type: 'string' },
];

/** Number of bad cells per column, over all relations (which must be lenient). */
export async function countBadCells(
  session: Session,
  columns: readonly PlannedColumn[],
  relations: readonly Relation[],
  options: RunOptions,
): Promise<number[]> {
  const totals = columns.map(() => 0);
  for (const relation of relations) {
    const tests = columns.map((c) => isBadCell(columnSql(c, relation, 'null', columns)) ?? 'false');
    const counts = tests.map((test) => `count_if(${test})`);
    const [row = []] = await session.rows(
      `SELECT ${counts.join(', ')} FROM ${relation.from}`,
      options,
    );
    row.forEach((n, i) => {
      totals[i] = (totals[i] ?? 0) + Number(n);
    });
  }
  return totals;
}

/** SQL of one row per bad cell: file, row, column, value, reason. The relation must be numbered. */
function badCellsSql(columns: readonly PlannedColumn[], relation: Relation): string {
  const cells = columns.flatMap((c) => {
    const sql = columnSql(c, relation, 'null', columns);
    const test = isBadCell(sql);
    return test === undefined
      ? []
      : [
          `CASE WHEN ${test} THEN {'column': ${literal(c.name)}, 'value': ${sql.source}, 'reason': ${literal(`not a ${c.type}`)}} END`,
        ];
  });
  const list = `list_filter([${cells.join(', ')}], lambda cell: cell IS NOT NULL)`;
  return `SELECT file, rn AS "row", cell.column AS "column", cell.value AS "value", cell.reason AS reason FROM (SELECT ${relation.fileName} AS file, ${relation.rowNumber ?? 'NULL'} AS rn, unnest(${list}) AS cell FROM ${relation.from})`;
}

export async function firstBadCells(
  session: Session,
  columns: readonly PlannedColumn[],
  relations: readonly Relation[],
  limit: number,
  options: RunOptions,
): Promise<BadCell[]> {
  const found: BadCell[] = [];
  for (const relation of relations) {
    if (found.length >= limit) break;
    const rows = await session.rows(
      `${badCellsSql(columns, relation)} ORDER BY "row" LIMIT ${limit - found.length}`,
      options,
    );
    for (const [file, row, column, value, reason] of rows)
      found.push({
        file: String(file),
        row: Number(row),
        column: String(column),
        value: String(value).slice(0, 1000),
        reason: String(reason),
      });
  }
  return found;
}

export async function writeBadCells(
  session: Session,
  columns: readonly PlannedColumn[],
  relations: readonly Relation[],
  folder: string,
  count: number,
  options: RunOptions,
): Promise<Extent[]> {
  const list = ERROR_COLUMNS.map((c): ExtentColumn => ({ ...c, sql: ident(c.name) }));
  const union = relations.map((r) => badCellsSql(columns, r)).join(' UNION ALL ');
  return await writeExtents(
    session,
    { columns: list, from: `(${union})`, folder, estimatedRows: count },
    options,
  );
}

/** Wider types to try, in order; the last one holds any text. */
const WIDER: Readonly<Record<KqlType, readonly KqlType[]>> = {
  bool: ['string'],
  int: ['long', 'real', 'string'],
  long: ['real', 'string'],
  real: ['string'],
  decimal: ['string'],
  string: [],
  datetime: ['string'],
  timespan: ['string'],
  guid: ['string'],
  dynamic: [],
};

/** The narrowest type that holds every text of a column; a real only if no whole number loses digits. */
export async function widerType(
  session: Session,
  column: PlannedColumn,
  relations: readonly Relation[],
  options: RunOptions,
): Promise<KqlType> {
  for (const type of WIDER[column.type]) {
    if (type === 'string') break;
    const wider = { ...column, type };
    const [bad] = await countBadCells(session, [wider], relations, options);
    if (bad === 0 && !(type === 'real' && (await losesDigits(session, column, relations, options))))
      return type;
  }
  return 'string';
}

async function losesDigits(
  session: Session,
  column: PlannedColumn,
  relations: readonly Relation[],
  options: RunOptions,
): Promise<boolean> {
  for (const relation of relations) {
    const { value } = columnSql(column, relation, 'null', [column]);
    const [row] = await session.rows(
      `SELECT count_if(abs(CAST(${value} AS HUGEINT)) > 9007199254740992) FROM ${relation.from}`,
      options,
    );
    if (Number(row?.[0]) > 0) return true;
  }
  return false;
}
