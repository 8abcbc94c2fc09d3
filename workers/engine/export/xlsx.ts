import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { ZipFile } from 'yazl';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import { TICKS_PER_DAY, UNIX_EPOCH_TICKS } from '../../../common/types/ticks.ts';
import { count, join, long, type Sql, sql, str, trusted } from '../../kql/emit/sql.ts';
import { exactText } from '../cell-sql.ts';
import { chunksOf, type RowsSource } from './rows-source.ts';
import * as parts from './xlsx-parts.ts';

/** Day 0 of Excel's calendar, 1899-12-30; it is right from 1900-03-01 on. */
const EXCEL_EPOCH = UNIX_EPOCH_TICKS - 25_569n * TICKS_PER_DAY;
const FIRST_RIGHT_DAY = EXCEL_EPOCH + 61n * TICKS_PER_DAY;
/** Numbers are doubles there, shown with 15 digits: longer integers stay whole as text. */
const LARGEST_EXACT = 999_999_999_999_999n;
const INVALID_XML = '[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x{FFFE}\\x{FFFF}]';

/** A text cell: inline and typed as a string, so that `=1+1` is a text and never a formula. */
function textCell(text: Sql): Sql {
  const cut = sql`left(${text}, ${count(parts.CELL_CHARS)})`;
  const valid = sql`regexp_replace(${cut}, ${str(INVALID_XML)}, ${str('\ufffd')}, 'g')`;
  const escaped = sql`replace(replace(replace(${valid}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')`;
  return sql`'<c t="inlineStr"><is><t xml:space="preserve">' || ${escaped} || '</t></is></c>'`;
}

function numberCell(number: Sql, style: number = parts.STYLE.plain): Sql {
  const open = style === parts.STYLE.plain ? '<c><v>' : `<c s="${style}"><v>`;
  return sql`${str(open)} || CAST(${number} AS VARCHAR) || '</v></c>'`;
}

function cell(piece: Sql, type: KqlType): Sql {
  const text = textCell(exactText(piece, type));
  const days = (from: bigint): Sql =>
    sql`CAST(${piece} - ${long(from)} AS DOUBLE) / ${trusted(`${TICKS_PER_DAY}::DOUBLE`)}`;
  const exactWhen = (test: Sql, made: Sql): Sql =>
    sql`CASE WHEN ${piece} IS NULL THEN '<c/>' WHEN ${test} THEN ${made} ELSE ${text} END`;
  switch (type) {
    case 'int':
      return sql`coalesce(${numberCell(piece)}, '<c/>')`;
    case 'long':
      return exactWhen(
        sql`${piece} BETWEEN ${long(-LARGEST_EXACT)} AND ${long(LARGEST_EXACT)}`,
        numberCell(piece),
      );
    case 'real':
      return exactWhen(sql`isfinite(${piece})`, numberCell(piece));
    case 'decimal': {
      const digits = sql`length(regexp_replace(${exactText(piece, type)}, '[^0-9]', '', 'g'))`;
      return exactWhen(sql`${digits} <= 15`, numberCell(exactText(piece, type)));
    }
    case 'bool':
      return sql`CASE WHEN ${piece} IS NULL THEN '<c/>' WHEN ${piece} THEN '<c t="b"><v>1</v></c>' ELSE '<c t="b"><v>0</v></c>' END`;
    case 'datetime':
      return exactWhen(
        sql`${piece} >= ${long(FIRST_RIGHT_DAY)} AND ${piece} % 10000 = 0`,
        numberCell(days(EXCEL_EPOCH), parts.STYLE.datetime),
      );
    case 'timespan':
      return exactWhen(
        sql`${piece} >= 0 AND ${piece} % 10000 = 0`,
        numberCell(days(0n), parts.STYLE.timespan),
      );
    default:
      return sql`CASE WHEN ${exactText(piece, type)} = '' THEN '<c/>' ELSE ${text} END`;
  }
}

function headerRow(columns: readonly Column[]): string {
  const cells = columns.map(
    (c) =>
      `<c s="${parts.STYLE.header}" t="inlineStr"><is><t xml:space="preserve">${parts.xmlText(c.name)}</t></is></c>`,
  );
  return `<row>${cells.join('')}</row>`;
}

/** Rows as XML, chunk by chunk, cut where a sheet is full. */
class Sheets {
  readonly #chunks: AsyncIterator<readonly (readonly unknown[])[]>;
  readonly #header: string;
  readonly #onRows: (rows: number) => void;
  #rest: readonly unknown[] = [];
  rows = 0;

  constructor(
    chunks: AsyncIterator<readonly (readonly unknown[])[]>,
    header: string,
    onRows: (rows: number) => void,
  ) {
    this.#chunks = chunks;
    this.#header = header;
    this.#onRows = onRows;
  }

  async *next(): AsyncGenerator<string> {
    yield parts.SHEET_HEAD + this.#header;
    let room = parts.SHEET_ROWS - 1;
    while (room > 0) {
      if (this.#rest.length === 0) {
        const chunk = await this.#chunks.next();
        if (chunk.done) break;
        this.#rest = chunk.value[0] ?? [];
      }
      const taken = this.#rest.slice(0, room);
      this.#rest = this.#rest.slice(room);
      room -= taken.length;
      this.rows += taken.length;
      yield taken.join('');
      this.#onRows(this.rows);
    }
    yield parts.SHEET_FOOT;
  }
}

/**
 * An Excel workbook, written as the rows come. Dates and spans are numbers where Excel holds them exactly, else
 * text in KQL's form; text of more than 32,767 characters is cut there, as Excel has no room for more. Rows
 * beyond a sheet's limit go to further sheets.
 */
export async function writeXlsx(
  connection: DuckDBConnection,
  source: RowsSource,
  path: string,
  name: string,
  signal: AbortSignal,
  onRows: (rows: number) => void,
): Promise<number> {
  if (source.columns.length > parts.SHEET_COLUMNS)
    throw new AppError(
      'input',
      'too_many_columns',
      `A sheet of Excel has room for ${parts.SHEET_COLUMNS} columns; the result has ${source.columns.length}. Choose fewer columns or another format.`,
    );
  const cells = source.columns.map((c, i) => cell(source.cells[i] ?? str(''), c.type));
  const row = sql`'<row>' || ${join([...cells, str('</row>')], ' || ')}`;
  const statement = sql`SELECT ${row} FROM ${source.from}`;
  const sheets = new Sheets(
    chunksOf(connection, statement.text, signal),
    headerRow(source.columns),
    onRows,
  );
  const number = Math.max(1, Math.ceil(source.total / (parts.SHEET_ROWS - 1)));
  const zip = new ZipFile();
  const add = (path: string, text: string): void => zip.addBuffer(Buffer.from(text), path);
  add('[Content_Types].xml', parts.contentTypes(number));
  add('_rels/.rels', parts.ROOT_RELATIONS);
  add('xl/workbook.xml', parts.workbook(number, name));
  add('xl/_rels/workbook.xml.rels', parts.workbookRelations(number));
  add('xl/styles.xml', parts.STYLES);
  const out = createWriteStream(path);
  const failed = new Promise<never>((_resolve, reject) => zip.once('error', reject));
  for (let n = 1; n <= number; n++)
    zip.addReadStreamLazy(
      `xl/worksheets/sheet${n}.xml`,
      { compressionLevel: 3, forceZip64Format: false },
      (give) => {
        const sheet = Readable.from(sheets.next());
        sheet.once('error', (error) => zip.emit('error', error));
        give(null, sheet);
      },
    );
  zip.end();
  try {
    await Promise.race([pipeline(zip.outputStream, out), failed]);
  } finally {
    out.destroy();
  }
  return sheets.rows;
}
