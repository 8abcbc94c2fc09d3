import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import { join, type Sql, sql, str } from '../../kql/emit/sql.ts';
import { exactText } from '../cell-sql.ts';
import type { TextFormat } from './text-format.ts';

/**
 * A cell as JSON, as the service writes it: longs as digits, dynamic as it is, decimals and everything that JSON
 * has no form for as strings.
 */
function cell(piece: Sql, type: KqlType): Sql {
  switch (type) {
    case 'string':
      return sql`CAST(to_json(coalesce(${piece}, '')) AS VARCHAR)`;
    case 'dynamic':
    case 'bool':
    case 'int':
    case 'long':
      return sql`coalesce(CAST(${piece} AS VARCHAR), 'null')`;
    case 'real':
      return sql`CASE WHEN ${piece} IS NULL THEN 'null' WHEN isfinite(${piece}) THEN CAST(to_json(${piece}) AS VARCHAR) ELSE '"' || ${exactText(piece, type)} || '"' END`;
    default:
      return sql`CASE WHEN ${piece} IS NULL THEN 'null' ELSE '"' || ${exactText(piece, type)} || '"' END`;
  }
}

function object(columns: readonly Column[], cells: readonly Sql[]): Sql {
  const parts = columns.map((c, i) => {
    const key = `${i > 0 ? ',' : ''}${JSON.stringify(c.name)}:`;
    return sql`${str(key)} || ${cell(cells[i] ?? str(''), c.type)}`;
  });
  return sql`'{' || ${join([...parts, str('}')], ' || ')}`;
}

export const ndjson: TextFormat = {
  head: () => '',
  row: object,
  separator: '\n',
  foot: (rows) => (rows > 0 ? '\n' : ''),
};

export const json: TextFormat = {
  head: () => '[\n',
  row: object,
  separator: ',\n',
  foot: () => '\n]\n',
};
