import type { QueryOutcome, ResultInfo } from '../../../common/contract/query.ts';
import { type AppError, asAppError } from '../../../common/errors/app-error.ts';
import type { AnswerOptions } from './answer-options.ts';
import type { AnswerWriter } from './answer-writer.ts';
import { oneApiError } from './error-shape.ts';
import { rowPieces } from './row-pieces.ts';
import { completionTable, type SideTable, visualizationText } from './side-tables.ts';

/**
 * An answer as v2 frames (page "Query V2 HTTP response"), each on a line of its own: some clients read the
 * answer line by line.
 */
export async function writeV2(out: AnswerWriter, options: AnswerOptions): Promise<void> {
  const { progressive, fragmented, errorPlacement, origin, context } = options;
  const header = {
    FrameType: 'DataSetHeader',
    IsProgressive: progressive,
    Version: 'v2.0',
    IsFragmented: progressive || fragmented,
    ErrorReportingPlacement: errorPlacement,
  };
  await out.write(`[${JSON.stringify(header)}`);
  const { known } = origin.feed;
  await writeSide(out, 0, 'QueryProperties', '@ExtendedProperties', {
    columns: [
      ['TableId', 'int'],
      ['Key', 'string'],
      ['Value', 'dynamic'],
    ],
    rows: known.map((result, index) => [index + 1, 'Visualization', visualizationText(result)]),
  });
  const write = progressive || fragmented ? writeFragments : writeTable;
  const failures: AppError[] = [];
  // A query that failed half-way has no further results.
  for (let index = 0; index < known.length && failures.length === 0; index++) {
    const failure = await write(out, index, options);
    if (failure) failures.push(failure);
  }
  let outcome: QueryOutcome | undefined;
  if (failures.length === 0) outcome = await origin.feed.outcome();
  const kind = 'QueryCompletionInformation';
  await writeSide(out, known.length + 1, kind, kind, completionTable(outcome, failures, context));
  const completion = {
    FrameType: 'DataSetCompletion',
    HasErrors: failures.length > 0,
    Cancelled: failures.some((failure) => failure.kind === 'cancelled'),
    ...(failures.length > 0
      ? { OneApiErrors: failures.map((failure) => oneApiError(failure, context).body) }
      : {}),
  };
  await out.write(`\n,${JSON.stringify(completion)}\n]`);
  await out.end();
}

/** A result that nobody has named is called as the service calls it. */
export function resultName({ name }: ResultInfo): string {
  return /^Table_\d+$/.test(name) ? 'PrimaryResult' : name;
}

function tableHead(frame: string, id: number, result: ResultInfo): string {
  return JSON.stringify({
    FrameType: frame,
    TableId: id,
    TableKind: 'PrimaryResult',
    TableName: resultName(result),
    Columns: result.columns.map(({ name, type }) => ({ ColumnName: name, ColumnType: type })),
  });
}

/** What an error is in the place of rows, or behind them. */
function errorsText(failure: AppError, { context }: AnswerOptions): string {
  return JSON.stringify({ OneApiErrors: [oneApiError(failure, context).body] });
}

async function writeTable(
  out: AnswerWriter,
  index: number,
  options: AnswerOptions,
): Promise<AppError | undefined> {
  const { origin, errorPlacement } = options;
  const result = await origin.feed.rows(index, 0);
  await out.write(`\n,${tableHead('DataTable', index + 1, result).slice(0, -1)},"Rows":[`);
  let written = 0;
  let failure: AppError | undefined;
  try {
    for await (const { rows, text } of rowPieces(origin, index)) {
      if (written > 0) await out.write(',');
      await (typeof text === 'string' ? out.write(text) : out.writeBytes(text));
      if (written === 0) await out.flush();
      written += rows;
    }
  } catch (error) {
    failure = asAppError(error);
    if (errorPlacement === 'InData')
      await out.write(`${written > 0 ? ',' : ''}${errorsText(failure, options)}`);
  }
  await out.write(']}');
  return failure;
}

async function writeFragments(
  out: AnswerWriter,
  index: number,
  options: AnswerOptions,
): Promise<AppError | undefined> {
  const { origin, errorPlacement, progressive } = options;
  const id = index + 1;
  const first = await origin.feed.rows(index, 0);
  await out.write(`\n,${tableHead('TableHeader', id, first)}`);
  const head = JSON.stringify({
    FrameType: 'TableFragment',
    TableFragmentType: 'DataAppend',
    TableId: id,
    ...(progressive ? { FieldCount: first.columns.length } : {}),
  }).slice(0, -1);
  let written = 0;
  let failure: AppError | undefined;
  try {
    for await (const { rows, text } of rowPieces(origin, index)) {
      await out.write(`\n,${head},"Rows":[`);
      await (typeof text === 'string' ? out.write(text) : out.writeBytes(text));
      await out.write(']}');
      written += rows;
      if (progressive) await writeProgress(out, id, written, origin.feed.known[index]);
      await out.flush();
    }
  } catch (error) {
    failure = asAppError(error);
    if (errorPlacement === 'InData')
      await out.write(`\n,${head},"Rows":[${errorsText(failure, options)}]}`);
  }
  const completion = {
    FrameType: 'TableCompletion',
    TableId: id,
    RowCount: written,
    ...(failure && errorPlacement === 'EndOfTable'
      ? { OneApiErrors: [oneApiError(failure, options.context).body] }
      : {}),
  };
  await out.write(`\n,${JSON.stringify(completion)}`);
  return failure;
}

/** How much of the rows has been sent, in percent; nothing while the query still finds more. */
async function writeProgress(
  out: AnswerWriter,
  id: number,
  written: number,
  result: ResultInfo | undefined,
): Promise<void> {
  if (!result?.complete) return;
  const percent = Math.min(100, (100 * written) / Math.max(1, result.rowCount));
  const frame = { FrameType: 'TableProgress', TableId: id, TableProgress: percent };
  await out.write(`\n,${JSON.stringify(frame)}`);
}

async function writeSide(
  out: AnswerWriter,
  id: number,
  kind: string,
  name: string,
  { columns, rows }: SideTable,
): Promise<void> {
  const frame = {
    FrameType: 'DataTable',
    TableId: id,
    TableKind: kind,
    TableName: name,
    Columns: columns.map(([column, type]) => ({ ColumnName: column, ColumnType: type })),
    Rows: rows,
  };
  await out.write(`\n,${JSON.stringify(frame)}`);
}
