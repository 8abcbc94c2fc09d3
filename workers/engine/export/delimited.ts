import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import { join, type Sql, sql, str } from '../../kql/emit/sql.ts';
import { exactText } from '../cell-sql.ts';
import type { TextFormat } from './text-format.ts';

/** Only these can hold a delimiter, a quote or a line break. */
const FREE_TEXT: ReadonlySet<KqlType> = new Set(['string', 'dynamic']);

/** RFC 4180 with any delimiter: fields in quotes where they have to be, quotes doubled, lines end in CRLF. */
function delimited(delimiter: string): TextFormat {
  const special = `["\r\n${delimiter}]`;
  const field = (text: string): string =>
    new RegExp(special).test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const cell = (piece: Sql, type: KqlType): Sql => {
    const text = exactText(piece, type);
    if (!FREE_TEXT.has(type)) return text;
    return sql`CASE WHEN regexp_matches(${text}, ${str(special)}) THEN '"' || replace(${text}, '"', '""') || '"' ELSE ${text} END`;
  };
  return {
    head: (columns, { headers }) =>
      headers ? `${columns.map((c) => field(c.name)).join(delimiter)}\r\n` : '',
    row: (columns: readonly Column[], cells) =>
      join(
        columns.map((c, i) => cell(cells[i] ?? str(''), c.type)),
        ` || ${str(delimiter).text} || `,
      ),
    separator: '\r\n',
    foot: (rows) => (rows > 0 ? '\r\n' : ''),
  };
}

export const csv = delimited(',');
export const tsv = delimited('\t');
