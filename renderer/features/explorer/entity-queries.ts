import type { TableInfo } from '../../../common/contract/schema.ts';
import { stringLiteral } from '../../../common/text/kql-literal.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { quoteName } from './quote-name.ts';

type Entity = Pick<TableInfo, 'name' | 'kind'>;

/** How a query names a table; an external one is named through a function (page "external_table()"). */
export const tableReference = ({ name, kind }: Entity): string =>
  kind === 'externalTable' ? `external_table(${stringLiteral(name)})` : quoteName(name);

export const firstRowsQuery = (table: Entity): string => `${tableReference(table)}\n| take 100`;

export const countQuery = (table: Entity): string => `${tableReference(table)}\n| count`;

export const schemaQuery = (table: Entity): string => `${tableReference(table)}\n| getschema`;

export function columnValuesQuery(table: Entity, column: string): string {
  const name = quoteName(column);
  return `${tableReference(table)}\n| summarize Count = count() by ${name}\n| top 50 by Count`;
}

const NUMBERS = new Set(['int', 'long', 'real', 'decimal']);

/**
 * One row per column with its type, how many values it has, how many are empty, its least, its greatest and an
 * example; what the web UI shows as "data profile".
 */
export function profileQuery(table: Entity & Pick<TableInfo, 'columns'>): string {
  const parts = table.columns.map((column, ordinal) => `    (${profileOf(column, ordinal)})`);
  return [
    `let Rows_ = ${tableReference(table)};`,
    `union\n${parts.join(',\n')}`,
    '| order by Ordinal asc',
    '| project-away Ordinal',
  ].join('\n');
}

function profileOf({ name, type }: Column, ordinal: number): string {
  const column = quoteName(name);
  const ordered = NUMBERS.has(type) || type === 'datetime' || type === 'timespan';
  const bound = (aggregate: string): string => `tostring(${aggregate}(${column}))`;
  const key = type === 'dynamic' ? `tostring(${column})` : column;
  const figures = [
    'Rows = count()',
    `Empty = countif(isempty(${column}))`,
    `Distinct = dcount(${key})`,
    ...(ordered ? [`Least = ${bound('min')}`, `Greatest = ${bound('max')}`] : []),
    `Example = tostring(take_any(${column}))`,
  ].join(', ');
  const missing = ordered ? '' : ', Least = "", Greatest = ""';
  return [
    `Rows_ | summarize ${figures}`,
    `| extend Ordinal = ${ordinal}, Column = ${stringLiteral(name)}, Type = "${type}"${missing}`,
    '| project Ordinal, Column, Type, Rows, Empty, Distinct, Least, Greatest, Example',
  ].join(' ');
}
