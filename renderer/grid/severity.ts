import type { CellValue } from '../../common/arrow/result-batch.ts';
import type { KqlType } from '../../common/types/kql-type.ts';
import type { ColumnName } from './column-layout.ts';

export type Severity = 'critical' | 'error' | 'warning' | 'information' | 'verbose';

const WORDS: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  crit: 'critical',
  fatal: 'critical',
  assert: 'critical',
  high: 'critical',
  error: 'error',
  e: 'error',
  warning: 'warning',
  w: 'warning',
  monitor: 'warning',
  information: 'information',
  verbose: 'verbose',
  verb: 'verbose',
  d: 'verbose',
};

/** More spellings, accepted only in a column whose name says what it holds. */
const MORE_WORDS: Readonly<Record<string, Severity>> = {
  emergency: 'critical',
  alert: 'critical',
  err: 'error',
  warn: 'warning',
  info: 'information',
  notice: 'information',
  debug: 'verbose',
  trace: 'verbose',
};

const LEVELS: readonly Severity[] = ['critical', 'error', 'warning', 'information', 'verbose'];
const NAMED = /^(log)?_?(level|severity|severitylevel|severitytext|loglevel)$/i;

/** The column that tells a row's severity, if the result has one (page "Azure Data Explorer web UI results grid"). */
export function severityColumn(columns: readonly ColumnName[]): number {
  const named = columns.findIndex(
    (c) =>
      ((c.type === 'int' || c.type === 'long') && c.name === 'Level') ||
      (c.type === 'string' && NAMED.test(c.name)),
  );
  return named;
}

/** The severity that a value of that column stands for. Numbers count from 1 (critical) to 5 (verbose). */
export function severityOf(value: CellValue, type: KqlType): Severity | undefined {
  if (value === null) return undefined;
  if (type === 'int' || type === 'long') return LEVELS[Number(value) - 1];
  const word = String(value).trim().toLowerCase();
  return WORDS[word] ?? MORE_WORDS[word];
}
