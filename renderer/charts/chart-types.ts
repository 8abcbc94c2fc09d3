import type { Data, Layout } from 'plotly.js';
import type { CellValue, ResultBatch } from '../../common/arrow/result-batch.ts';
import type { KqlType } from '../../common/types/kql-type.ts';
import type { ChartProperties } from './properties.ts';

export interface ChartColumn {
  readonly name: string;
  readonly type: KqlType;
}

/** Which column plays which part (page "render operator": x column, y columns, series columns). */
export interface ChartRoles {
  readonly x: string;
  readonly ys: readonly string[];
  readonly series: readonly string[];
  /** Only anomalychart: columns whose non-zero values mark a point. */
  readonly anomalies: readonly string[];
  /** Why there is nothing to draw; empty when there is. */
  readonly problem: string;
}

/** How the values of x are to be read. Datetimes are milliseconds since 1970, timespans are seconds. */
export type XKind = 'time' | 'number' | 'category';

export interface Measure {
  readonly name: string;
  /** NaN where there is no value. Timespans in seconds. */
  readonly values: Float64Array;
}

/** Columns ready to be drawn, all of one length, in the order of the result. */
export interface ChartData {
  readonly xName: string;
  readonly xKind: XKind;
  readonly x: Float64Array | readonly string[];
  readonly measures: readonly Measure[];
  readonly anomalies: readonly Measure[];
  /** One text per row and series column. */
  readonly series: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly length: number;
}

export interface ChartTheme {
  readonly text: string;
  readonly quiet: string;
  readonly grid: string;
  readonly background: string;
  readonly font: string;
  readonly palette: readonly string[];
  /** Text that stands on a colour of the palette. */
  readonly onPalette: string;
  /** For marks that warn: anomalies. */
  readonly alert: string;
}

export interface ChartOptions {
  readonly properties: ChartProperties;
  readonly theme: ChartTheme;
  /** Names of series that are switched off in the legend. */
  readonly hidden: ReadonlySet<string>;
  /** One tooltip for all series at a place of x. */
  readonly unified: boolean;
}

export interface LegendEntry {
  readonly name: string;
  readonly color: string;
}

/** What Plotly draws, and the legend that stands beside it. */
export interface Figure {
  readonly traces: readonly Data[];
  readonly layout: Partial<Layout>;
  readonly legend: readonly LegendEntry[];
  /** Said to the person: what was left out. */
  readonly notes: readonly string[];
}

export interface ChartDefinition {
  /** Name in `render`. */
  readonly kind: string;
  readonly label: string;
  /** `plot` is drawn by Plotly, the others by a view of their own. */
  readonly view: 'plot' | 'card' | 'table';
  /** `points` come thinned from the engine; `rows` are the first rows as they are. */
  readonly source: 'points' | 'rows';
  /** Rows can't be thinned without changing what is drawn. */
  readonly whole?: boolean;
  /** Properties of `render … with (…)` that have a meaning for this chart. */
  readonly properties: readonly (keyof ChartProperties)[];
  readonly roles: (
    columns: readonly ChartColumn[],
    sample: Sample,
    properties: ChartProperties,
  ) => ChartRoles;
  /** How the rows become columns to draw, where it is not the usual way. */
  readonly data?: (batch: ResultBatch, roles: ChartRoles) => ChartData;
  /** Fetches what `build` needs beside the data; awaited before it. */
  readonly prepare?: () => Promise<void>;
  readonly build: (data: ChartData, options: ChartOptions) => Figure;
}

/** A cell of the first row, for guesses about dynamic columns. */
export type Sample = (column: string) => CellValue;
