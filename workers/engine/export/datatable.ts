import { nameReference } from '../../../common/text/kql-literal.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';
import { join, type Sql, sql, str } from '../../kql/emit/sql.ts';
import { exactText } from '../cell-sql.ts';
import type { TextFormat } from './text-format.ts';

/** A KQL literal that reads back as the value. JSON's escapes are all KQL's too. */
function cell(piece: Sql, type: KqlType): Sql {
  const typed = sql`CASE WHEN ${piece} IS NULL THEN ${str(`${type}(null)`)} ELSE ${str(`${type}(`)} || ${exactText(piece, type)} || ')' END`;
  switch (type) {
    case 'string':
      return sql`CAST(to_json(coalesce(${piece}, '')) AS VARCHAR)`;
    case 'bool':
    case 'int':
    case 'long':
      return sql`coalesce(CAST(${piece} AS VARCHAR), ${str(`${type}(null)`)})`;
    case 'real':
      return sql`CASE WHEN ${piece} IS NULL THEN 'real(null)' WHEN isnan(${piece}) THEN 'real(nan)' WHEN isinf(${piece}) THEN CASE WHEN ${piece} > 0 THEN 'real(+inf)' ELSE 'real(-inf)' END ELSE 'real(' || CAST(${piece} AS VARCHAR) || ')' END`;
    default:
      return typed;
  }
}

/** A query text that makes the same table again (page "datatable operator"). */
export const datatable: TextFormat = {
  head: (columns) =>
    `datatable(${columns.map((c) => `${nameReference(c.name)}: ${c.type}`).join(', ')}) [\n`,
  row: (columns, cells) =>
    sql`'  ' || ${join(
      columns.map((c, i) => cell(cells[i] ?? str(''), c.type)),
      " || ', ' || ",
    )}`,
  separator: ',\n',
  foot: () => '\n]\n',
};
