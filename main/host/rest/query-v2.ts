import type { HostHandlers } from '../../../common/contract/host.ts';
import type { QueryOutcome, ResultInfo } from '../../../common/contract/query.ts';
import { asAppError } from '../../../common/errors/app-error.ts';
import type { AnswerWriter } from './answer-writer.ts';
import { type ErrorContext, oneApiError } from './error-shape.ts';
import { resultRows } from './result-rows.ts';
import { completionTable, type SideTable, visualizationText } from './side-tables.ts';

export interface AnswerOptions {
  readonly handlers: HostHandlers;
  readonly context: ErrorContext;
  readonly progressive: boolean;
  readonly signal: AbortSignal;
}

/**
 * An answer as v2 frames (page "Query V2 HTTP response"), each on a line of its own: some clients read the
 * answer line by line.
 */
export async function writeV2(
  out: AnswerWriter,
  outcome: QueryOutcome,
  options: AnswerOptions,
): Promise<void> {
  const { progressive } = options;
  await out.write(
    `[${JSON.stringify({ FrameType: 'DataSetHeader', IsProgressive: progressive, Version: 'v2.0' })}`,
  );
  await writeSide(out, 0, 'QueryProperties', '@ExtendedProperties', {
    columns: [
      ['TableId', 'int'],
      ['Key', 'string'],
      ['Value', 'dynamic'],
    ],
    rows: outcome.results.map((result, index) => [
      index + 1,
      'Visualization',
      visualizationText(result),
    ]),
  });
  const errors: object[] = [];
  let cancelled = false;
  for (const [index, result] of outcome.results.entries()) {
    try {
      await (progressive ? writeProgressive : writeTable)(out, index + 1, result, options);
    } catch (error) {
      cancelled ||= asAppError(error).kind === 'cancelled';
      errors.push(oneApiError(error, options.context).body);
    }
  }
  const last = outcome.results.length + 1;
  const kind = 'QueryCompletionInformation';
  await writeSide(out, last, kind, kind, completionTable(outcome, options.context));
  const completion = {
    FrameType: 'DataSetCompletion',
    HasErrors: errors.length > 0,
    Cancelled: cancelled,
    ...(errors.length > 0 ? { OneApiErrors: errors } : {}),
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

async function writeTable(
  out: AnswerWriter,
  id: number,
  result: ResultInfo,
  { handlers, signal }: AnswerOptions,
): Promise<void> {
  await out.write(`\n,${tableHead('DataTable', id, result).slice(0, -1)},"Rows":[`);
  let separator = '';
  try {
    for await (const row of resultRows(handlers, result, 'v2', signal)) {
      await out.write(separator + row);
      separator = ',';
    }
  } finally {
    await out.write(']}');
  }
}

const FRAGMENT_ROWS = 10_000;

async function writeProgressive(
  out: AnswerWriter,
  id: number,
  result: ResultInfo,
  { handlers, signal }: AnswerOptions,
): Promise<void> {
  await out.write(`\n,${tableHead('TableHeader', id, result)}`);
  const head = JSON.stringify({
    FrameType: 'TableFragment',
    TableFragmentType: 'DataAppend',
    TableId: id,
    FieldCount: result.columns.length,
  });
  let rows: string[] = [];
  let written = 0;
  const flush = async (): Promise<void> => {
    await out.write(`\n,${head.slice(0, -1)},"Rows":[${rows.join(',')}]}`);
    written += rows.length;
    rows = [];
  };
  for await (const row of resultRows(handlers, result, 'v2', signal)) {
    rows.push(row);
    if (rows.length === FRAGMENT_ROWS) await flush();
  }
  if (rows.length > 0) await flush();
  const completion = { FrameType: 'TableCompletion', TableId: id, RowCount: written };
  await out.write(`\n,${JSON.stringify(completion)}`);
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
