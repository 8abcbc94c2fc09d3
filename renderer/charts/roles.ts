import type { KqlType } from '../../common/types/kql-type.ts';
import type { ChartColumn, ChartRoles, Sample } from './chart-types.ts';
import type { ChartProperties } from './properties.ts';

/**
 * Guesses for what `render` leaves unsaid, after the pages "render operator" and "visualization-…": the x column is
 * the first one that suits the chart, y columns are all numeric ones that are left, the rest names the series.
 */
type Suits = (column: ChartColumn, sample: Sample) => boolean;

export const isMeasure = (type: KqlType): boolean =>
  type === 'int' || type === 'long' || type === 'real' || type === 'decimal';

/** The elements of a dynamic array, undefined for anything else. */
export function arrayOf(cell: unknown): readonly unknown[] | undefined {
  if (typeof cell !== 'string' || !cell.trimStart().startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(cell);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const ISO = /^\d{4}-\d\d-\d\d([T ]|$)/;
const firstOf = (items: readonly unknown[] | undefined): unknown =>
  items?.find((item) => item !== null && item !== undefined);

const holdsTimes: Suits = (c, sample) => {
  const first = c.type === 'dynamic' ? firstOf(arrayOf(sample(c.name))) : undefined;
  return typeof first === 'string' && ISO.test(first);
};
const holdsNumbers: Suits = (c, sample) =>
  c.type === 'dynamic' && typeof firstOf(arrayOf(sample(c.name))) === 'number';

export const isTime: Suits = (c, sample) => c.type === 'datetime' || holdsTimes(c, sample);
export const isNumber: Suits = (c, sample) =>
  isMeasure(c.type) || c.type === 'timespan' || holdsNumbers(c, sample);
export const isText: Suits = (c) => c.type === 'string' || c.type === 'guid' || c.type === 'bool';
const anyColumn: Suits = () => true;

export interface RoleRules {
  /** What x may be, best first; of equals the first column wins. */
  readonly x: readonly Suits[];
  /** Said when there is no such column. */
  readonly xProblem: string;
  /** Further y columns after the first are taken. */
  readonly manyYs: boolean;
}

function named(
  columns: readonly ChartColumn[],
  names: readonly string[] | undefined,
): readonly string[] {
  return (names ?? []).flatMap(
    (name) =>
      (
        columns.find((c) => c.name === name) ??
        columns.find((c) => c.name.toLowerCase() === name.toLowerCase())
      )?.name ?? [],
  );
}

export function guessRoles(
  columns: readonly ChartColumn[],
  sample: Sample,
  properties: ChartProperties,
  rules: RoleRules,
): ChartRoles {
  const anomalies = named(columns, properties.anomalycolumns);
  const fixedYs = named(columns, properties.ycolumns);
  const fixedSeries = named(columns, properties.series);
  const fixedX = named(columns, properties.xcolumn ? [properties.xcolumn] : undefined)[0];
  const taken = new Set([...anomalies, ...fixedYs, ...fixedSeries]);
  const free = columns.filter((c) => !taken.has(c.name));
  const x =
    fixedX ??
    rules.x.map((suits) => free.find((c) => suits(c, sample))).find((c) => c !== undefined)?.name;
  const rest = free.filter((c) => c.name !== x);
  const xIsArray = columns.some((c) => c.name === x && c.type === 'dynamic');
  const measurable = rest.filter((c) => (xIsArray ? holdsNumbers(c, sample) : isMeasure(c.type)));
  const candidates = measurable.length > 0 ? measurable : rest.filter((c) => isNumber(c, sample));
  const guessed = (rules.manyYs ? candidates : candidates.slice(0, 1)).map((c) => c.name);
  const ys = fixedYs.length > 0 ? fixedYs : guessed;
  const series =
    fixedSeries.length > 0
      ? fixedSeries
      : rest.filter((c) => isText(c, sample) && !ys.includes(c.name)).map((c) => c.name);
  const problem =
    x === undefined ? rules.xProblem : ys.length === 0 ? 'There is no numeric column to draw.' : '';
  return { x: x ?? '', ys, series, anomalies, problem };
}

export const TIME_X: RoleRules = {
  x: [isTime, isNumber],
  xProblem: 'There is no datetime column for the x axis.',
  manyYs: true,
};
export const CONTINUOUS_X: RoleRules = {
  x: [(c, s) => isTime(c, s) || isNumber(c, s), isText],
  xProblem: 'There is no datetime or numeric column for the x axis.',
  manyYs: true,
};
/** A category: the first column, whatever it is, as the page of columnchart says. */
export const CATEGORY_X: RoleRules = {
  x: [(c, s) => c.type !== 'dynamic' || isTime(c, s) || isNumber(c, s), anyColumn],
  xProblem: 'There is no column for the categories.',
  manyYs: true,
};
export const PIE_X: RoleRules = { ...CATEGORY_X, x: [isText, ...CATEGORY_X.x], manyYs: false };
