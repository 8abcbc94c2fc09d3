import { nameReference } from '../../../../common/text/kql-literal.ts';
import type { KqlType } from '../../../../common/types/kql-type.ts';

/** What the panel offers to do with a column of a group; KQL's own names where it has them. */
export const AGGREGATES = [
  'count',
  'dcount',
  'sum',
  'avg',
  'min',
  'max',
  'stdev',
  'percentile_50',
  'percentile_95',
  'take_any',
] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export interface Measure {
  readonly aggregate: Aggregate;
  /** Name of the column; `count` has none. */
  readonly column: string;
}

export interface Grouping {
  /** Columns whose values make the groups, outermost first. */
  readonly rows: readonly string[];
  /** A column whose values become columns. */
  readonly pivot?: string | undefined;
  /** A pivot takes the first one. */
  readonly measures: readonly Measure[];
}

/** What can be done with a column of a type (page "aggregation functions"). */
export function aggregatesFor(type: KqlType): readonly Aggregate[] {
  const numbers = ['int', 'long', 'real', 'decimal', 'timespan'].includes(type);
  return AGGREGATES.filter((aggregate) => {
    switch (aggregate) {
      case 'count':
      case 'dcount':
      case 'take_any':
        return aggregate !== 'dcount' || type !== 'dynamic';
      case 'min':
      case 'max':
        return numbers || type === 'datetime' || type === 'string';
      case 'percentile_50':
      case 'percentile_95':
        return numbers || type === 'datetime';
      default:
        return numbers;
    }
  });
}

function call({ aggregate, column }: Measure): string {
  const name = nameReference(column);
  if (aggregate === 'count') return 'count()';
  const percentile = /^percentile_(\d+)$/.exec(aggregate)?.[1];
  return percentile ? `percentile(${name}, ${percentile})` : `${aggregate}(${name})`;
}

const resultName = ({ aggregate, column }: Measure): string =>
  aggregate === 'count' ? 'count_' : `${aggregate}_${column}`;

const COUNT: Measure = { aggregate: 'count', column: '' };

/**
 * Query text that goes on from a table: `summarize … by …`, or `evaluate pivot(…)` where a column is spread
 * (page "pivot plugin"). Groups come in the order of their values.
 */
export function summarizeText({ rows, pivot, measures }: Grouping): string {
  const by = rows.map(nameReference);
  const sort = by.length > 0 ? `\n| sort by ${by.map((name) => `${name} asc`).join(', ')}` : '';
  const [first = COUNT] = measures;
  if (pivot !== undefined)
    return `evaluate pivot(${[nameReference(pivot), call(first), ...by].join(', ')})${sort}`;
  const list = (measures.length > 0 ? measures : [COUNT]).map(
    (measure) => `${nameReference(resultName(measure))} = ${call(measure)}`,
  );
  return `summarize ${list.join(', ')}${by.length > 0 ? ` by ${by.join(', ')}` : ''}${sort}`;
}

/** What the tab of such a result says. */
export function groupingTitle({ rows, pivot }: Grouping): string {
  if (pivot !== undefined)
    return rows.length > 0 ? `${rows.join(', ')} × ${pivot}` : `Pivot of ${pivot}`;
  return rows.length > 0 ? `By ${rows.join(', ')}` : 'Total';
}
