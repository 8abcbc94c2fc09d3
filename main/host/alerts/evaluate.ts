import { decodeBatch } from '../../../common/arrow/result-batch.ts';
import type { AlertDefinition } from '../../../common/contract/alerts.ts';
import type { ResultInfo } from '../../../common/contract/query.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { plainText } from '../../../common/text/format-value.ts';
import type { HostContext } from '../context.ts';
import { type Finding, judge } from './incident.ts';

const SAMPLE_ROWS = 10;

/** What an alert's query says now. */
export interface Evaluation {
  readonly finding: Finding;
  readonly rows: number;
  readonly value: number | null;
  /** The first rows. */
  readonly sample: Record<string, unknown>[];
}

export async function evaluate(
  host: HostContext,
  { query, database, condition }: AlertDefinition,
  queryId: string,
  signal: AbortSignal,
): Promise<Evaluation> {
  const outcome = await host.queryWorker.call(
    'query.run',
    { queryId, text: query, database, record: false, options: { notruncation: true } },
    { signal },
  );
  try {
    const [result] = outcome.results;
    if (!result) throw new AppError('semantic', 'no_result', 'The query gives no table.');
    const sample = await firstRows(host, result, signal);
    const value = condition.kind === 'value' ? numberIn(condition.column, result, sample) : null;
    return {
      finding: judge(condition, result.rowCount, value),
      rows: result.rowCount,
      value,
      sample,
    };
  } finally {
    await host.queryWorker.call('query.release', {
      resultIds: outcome.results.map((result) => result.resultId),
    });
  }
}

async function firstRows(
  host: HostContext,
  { resultId, columns, rowCount }: ResultInfo,
  signal: AbortSignal,
): Promise<Record<string, unknown>[]> {
  if (rowCount === 0) return [];
  const window = await host.queryWorker.call(
    'query.window',
    { resultId, offset: 0, limit: SAMPLE_ROWS },
    { signal },
  );
  const batch = decodeBatch(window.batch);
  return Array.from({ length: batch.rowCount }, (_, row) =>
    Object.fromEntries(
      columns.map(({ name, type }, column) => {
        const cell = batch.cell(row, column);
        if (cell === null || typeof cell === 'boolean' || typeof cell === 'number')
          return [name, typeof cell === 'number' && !Number.isFinite(cell) ? String(cell) : cell];
        const text = plainText(cell, type);
        if (type === 'long' && Number.isSafeInteger(Number(text))) return [name, Number(text)];
        return [name, type === 'dynamic' ? jsonOf(text) : text];
      }),
    ),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function numberIn(
  column: string,
  { columns }: ResultInfo,
  [first]: readonly Record<string, unknown>[],
): number | null {
  const found = columns.find((c) => c.name === column);
  if (!found)
    throw new AppError('input', 'unknown_column', `The query gives no column ${column}.`, {
      hints: [`Its columns: ${columns.map((c) => c.name).join(', ')}`],
    });
  if (!['int', 'long', 'real', 'decimal'].includes(found.type))
    throw new AppError('input', 'no_number', `The column ${column} is ${found.type}, no number.`);
  const cell = first?.[column];
  if (cell === undefined || cell === null) return null;
  const value = Number(cell);
  return Number.isNaN(value) ? null : value;
}
