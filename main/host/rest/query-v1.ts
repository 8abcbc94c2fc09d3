import { randomUUID } from 'node:crypto';
import { asAppError } from '../../../common/errors/app-error.ts';
import { CLR_TYPE, type KqlType } from '../../../common/types/kql-type.ts';
import type { AnswerOptions } from './answer-options.ts';
import type { AnswerWriter } from './answer-writer.ts';
import { errorText } from './error-shape.ts';
import { resultName } from './query-v2.ts';
import { rowPieces } from './row-pieces.ts';
import { contentsTable, type SideTable, statusTable, visualizationText } from './side-tables.ts';

const NO_ID = '00000000-0000-0000-0000-000000000000';

/**
 * An answer as v1 tables (page "Query/management HTTP response"). A command's answer is its one table; a
 * query's is followed by its properties, its status and the table of contents. A failure half-way ends it.
 */
export async function writeV1(out: AnswerWriter, options: AnswerOptions): Promise<void> {
  const { feed } = options.origin;
  await out.write('{"Tables":[');
  const entries: (readonly [string, string, string])[] = [];
  let failure: string | undefined;
  for (let index = 0; index < feed.known.length && failure === undefined; index++) {
    if (index > 0) await out.write(',');
    failure = await writeResult(out, index, options);
    const result = feed.known[index];
    if (result) entries.push(['QueryResult', resultName(result), randomUUID()]);
  }
  if (failure !== undefined) {
    await out.write(`],"Exceptions":[${JSON.stringify(failure)}]}`);
    await out.end();
    return;
  }
  const outcome = await feed.outcome();
  if (!options.isCommand || outcome.results.length > 1) {
    const side = async (table: SideTable): Promise<void> => {
      await out.write(`,${sideText(`Table_${entries.length}`, table)}`);
    };
    const properties = outcome.results.map((result) => [visualizationText(result)]);
    await side({ columns: [['Value', 'string']], rows: properties });
    entries.push(['QueryProperties', '@ExtendedProperties', randomUUID()]);
    await side(statusTable(outcome, options.context));
    entries.push(['QueryStatus', 'QueryStatus', NO_ID]);
    await side(contentsTable(entries));
  }
  await out.write(']}');
  await out.end();
}

/** Columns of a v1 table; a command's bool is a Boolean. */
export function columnsText(
  columns: readonly { readonly name: string; readonly type: KqlType }[],
  isCommand: boolean,
): string {
  return JSON.stringify(
    columns.map(({ name, type }) => ({
      ColumnName: name,
      DataType: isCommand && type === 'bool' ? 'Boolean' : CLR_TYPE[type],
      ColumnType: type,
    })),
  );
}

/** Resolves to what went wrong, if something did. */
async function writeResult(
  out: AnswerWriter,
  index: number,
  { origin, isCommand }: AnswerOptions,
): Promise<string | undefined> {
  const { columns } = await origin.feed.rows(index, 0);
  const head = `{"TableName":"Table_${index}","Columns":${columnsText(columns, isCommand)},"Rows":[`;
  await out.write(head);
  let separator = '';
  try {
    for await (const { text } of rowPieces(origin, index)) {
      await out.write(separator);
      await (typeof text === 'string' ? out.write(text) : out.writeBytes(text));
      if (separator === '') await out.flush();
      separator = ',';
    }
    await out.write(']}');
    return undefined;
  } catch (error) {
    const message = errorText(asAppError(error));
    await out.write(`${separator}${JSON.stringify({ Exceptions: [message] })}]}`);
    return message;
  }
}

function sideText(name: string, { columns, rows }: SideTable): string {
  const described = columnsText(
    columns.map(([column, type]) => ({ name: column, type })),
    false,
  );
  return `{"TableName":"${name}","Columns":${described},"Rows":${JSON.stringify(rows)}}`;
}
