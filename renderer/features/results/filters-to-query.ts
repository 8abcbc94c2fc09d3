import type { CellValue } from '../../../common/arrow/result-batch.ts';
import { whereCondition } from '../../../common/text/kql-literal.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';

export interface SelectedColumn {
  readonly name: string;
  readonly type: KqlType;
  readonly values: readonly CellValue[];
}

/** One condition per column; a row of the result passes when it has one of the selected values in each. */
export function conditionsOf(columns: readonly SelectedColumn[]): readonly string[] {
  return columns
    .filter((column) => column.values.length > 0)
    .map((column) => whereCondition(column.name, column.type, column.values));
}

/** Where a `render` at the end of a query begins, or where the query ends. */
function insertionPoint(text: string): number {
  const render = /\s*\|\s*render\b(?:[^|"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*$/.exec(text);
  if (render) return render.index;
  return text.replace(/[\s;]+$/, '').length;
}

/** The query with further conditions at its end, before a `render`: they speak of the result's own columns. */
export function withFilters(query: string, conditions: readonly string[]): string {
  return withOperators(
    query,
    conditions.map((condition) => `where ${condition}`),
  );
}

/** The query with further operators at its end, before a `render`. */
export function withOperators(query: string, operators: readonly string[]): string {
  if (operators.length === 0) return query;
  const at = insertionPoint(query);
  const filters = operators.map((operator) => `\n| ${operator}`).join('');
  const rest = query.slice(at);
  const gap = rest !== '' && !/^\s*(\n|;|$)/.test(rest) ? '\n' : '';
  return `${query.slice(0, at)}${filters}${gap}${gap === '' ? rest : rest.trimStart()}`;
}
