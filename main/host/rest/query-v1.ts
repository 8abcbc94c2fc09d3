import { randomUUID } from 'node:crypto';
import type { QueryOutcome, ResultInfo } from '../../../common/contract/query.ts';
import { CLR_TYPE, type KqlType } from '../../../common/types/kql-type.ts';
import type { AnswerWriter } from './answer-writer.ts';
import { oneApiError } from './error-shape.ts';
import { type AnswerOptions, resultName } from './query-v2.ts';
import { resultRows } from './result-rows.ts';
import { contentsTable, type SideTable, statusTable, visualizationText } from './side-tables.ts';

const NO_ID = '00000000-0000-0000-0000-000000000000';

/**
 * An answer as v1 tables (page "Query/management HTTP response"). A command's answer is its one table; a
 * query's is followed by its properties, its status and the table of contents.
 */
export async function writeV1(
  out: AnswerWriter,
  outcome: QueryOutcome,
  options: AnswerOptions,
  isCommand: boolean,
): Promise<void> {
  await out.write('{"Tables":[');
  const entries: (readonly [string, string, string])[] = [];
  const errors: object[] = [];
  for (const [index, result] of outcome.results.entries()) {
    if (index > 0) await out.write(',');
    errors.push(...(await writeResult(out, index, result, options)));
    entries.push(['QueryResult', resultName(result), randomUUID()]);
  }
  const several = outcome.results.length > 1;
  if (!isCommand || several) {
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
  await out.write(errors.length > 0 ? `],"Exceptions":${JSON.stringify(errors)}}` : ']}');
  await out.end();
}

function columnsText(columns: readonly { name: string; type: KqlType }[]): string {
  return JSON.stringify(
    columns.map(({ name, type }) => ({
      ColumnName: name,
      DataType: CLR_TYPE[type],
      ColumnType: type,
    })),
  );
}

async function writeResult(
  out: AnswerWriter,
  index: number,
  result: ResultInfo,
  { handlers, signal, context }: AnswerOptions,
): Promise<readonly object[]> {
  await out.write(
    `{"TableName":"Table_${index}","Columns":${columnsText(result.columns)},"Rows":[`,
  );
  const errors: object[] = [];
  let separator = '';
  try {
    for await (const row of resultRows(handlers, result, 'v1', signal)) {
      await out.write(separator + row);
      separator = ',';
    }
  } catch (error) {
    const { body } = oneApiError(error, context);
    errors.push(body);
    await out.write(`${separator}${JSON.stringify({ Exceptions: [body] })}`);
  }
  await out.write(']}');
  return errors;
}

function sideText(name: string, { columns, rows }: SideTable): string {
  const described = columnsText(columns.map(([column, type]) => ({ name: column, type })));
  return `{"TableName":"${name}","Columns":${described},"Rows":${JSON.stringify(rows)}}`;
}
