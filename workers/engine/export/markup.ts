import type { KqlType } from '../../../common/types/kql-type.ts';
import { join, type Sql, sql, str } from '../../kql/emit/sql.ts';
import { exactText } from '../cell-sql.ts';
import type { TextFormat } from './text-format.ts';

const NUMBERS: ReadonlySet<KqlType> = new Set(['int', 'long', 'real', 'decimal']);

const markdownName = (name: string): string =>
  name.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replace(/\r?\n/g, ' ');

function markdownCell(piece: Sql, type: KqlType): Sql {
  const text = exactText(piece, type);
  if (type !== 'string' && type !== 'dynamic') return text;
  const escaped = sql`replace(replace(${text}, ${str('\\')}, ${str('\\\\')}), '|', ${str('\\|')})`;
  return sql`regexp_replace(${escaped}, ${str('\r\n|\r|\n')}, '<br>', 'g')`;
}

/** A table of GitHub-flavoured Markdown; numbers stand right. */
export const markdown: TextFormat = {
  head: (columns) =>
    `| ${columns.map((c) => markdownName(c.name)).join(' | ')} |\n| ${columns
      .map((c) => (NUMBERS.has(c.type) ? '---:' : '---'))
      .join(' | ')} |\n`,
  row: (columns, cells) =>
    sql`'| ' || ${join(
      columns.map((c, i) => markdownCell(cells[i] ?? str(''), c.type)),
      " || ' | ' || ",
    )} || ' |'`,
  separator: '\n',
  foot: () => '\n',
};

const htmlText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function htmlCell(piece: Sql, type: KqlType): Sql {
  const text = exactText(piece, type);
  const escaped =
    type === 'string' || type === 'dynamic'
      ? sql`replace(replace(replace(${text}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')`
      : text;
  const open = NUMBERS.has(type) ? '<td align="right">' : '<td>';
  return sql`${str(open)} || ${escaped} || '</td>'`;
}

/** A plain table: a whole page as a file, a fragment on the clipboard. */
export const html: TextFormat = {
  head: (columns, { file }) =>
    `${file ? '<!doctype html>\n<meta charset="utf-8">\n' : ''}<table>\n<thead><tr>${columns
      .map((c) => `<th>${htmlText(c.name)}</th>`)
      .join('')}</tr></thead>\n<tbody>\n`,
  row: (columns, cells) =>
    sql`'<tr>' || ${join(
      columns.map((c, i) => htmlCell(cells[i] ?? str(''), c.type)),
      ' || ',
    )} || '</tr>'`,
  separator: '\n',
  foot: () => '\n</tbody>\n</table>\n',
};
