import type { CellValue, ResultBatch } from '../../../common/arrow/result-batch.ts';
import { chartDataOf } from '../chart-data.ts';
import type { ChartColumn, ChartData, ChartRoles, Sample } from '../chart-types.ts';
import type { ChartProperties } from '../properties.ts';
import { isMeasure } from '../roles.ts';

const LONGITUDE = /^(lon|long|lng|longitude)$|(_|\b)(lon|long|lng|longitude)$|longitude/i;
const LATITUDE = /^(lat|latitude)$|(_|\b)lat$|latitude/i;

/** Longitude and latitude of a GeoJSON point; undefined for anything else. */
export function pointOf(cell: CellValue): readonly [number, number] | undefined {
  if (typeof cell !== 'string' || !cell.includes('"Point"')) return undefined;
  try {
    const { type, coordinates } = JSON.parse(cell) as { type?: unknown; coordinates?: unknown };
    if (type !== 'Point' || !Array.isArray(coordinates)) return undefined;
    const [longitude, latitude] = coordinates as unknown[];
    return typeof longitude === 'number' && typeof latitude === 'number'
      ? [longitude, latitude]
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Which columns are places (page "geospatial visualizations"): longitude and latitude by name, else the first two
 * numbers in that order, else a GeoJSON point. A text is the series; bubbles take a further number as their size.
 */
export function mapRoles(
  columns: readonly ChartColumn[],
  sample: Sample,
  properties: ChartProperties,
  { bubbles }: { readonly bubbles: boolean },
): ChartRoles {
  const numbers = columns.filter((c) => isMeasure(c.type));
  const find = (name: string | undefined) =>
    columns.find((c) => c.name.toLowerCase() === name?.toLowerCase());
  const [fixedLatitude, fixedSize] = (properties.ycolumns ?? []).map(find);
  const point = columns.find((c) => c.type === 'dynamic' && pointOf(sample(c.name)) !== undefined);
  const longitude =
    find(properties.xcolumn) ??
    numbers.find((c) => LONGITUDE.test(c.name)) ??
    (point ? undefined : numbers[0]);
  const latitude =
    fixedLatitude ??
    numbers.find((c) => LATITUDE.test(c.name)) ??
    (point ? undefined : numbers.find((c) => c !== longitude));
  const size =
    fixedSize ?? (bubbles ? numbers.find((c) => c !== longitude && c !== latitude) : undefined);
  const series =
    properties.series ??
    columns
      .filter((c) => c.type === 'string')
      .slice(0, 1)
      .map((c) => c.name);
  const byPoint = point && (!longitude || !latitude || longitude === point);
  const x = byPoint ? point.name : (longitude?.name ?? '');
  const sizes = size ? [size.name] : [];
  return {
    x,
    ys: byPoint ? sizes : latitude ? [latitude.name, ...sizes] : [],
    series,
    anomalies: [],
    problem:
      byPoint || (longitude && latitude)
        ? ''
        : 'A map needs a longitude and a latitude column, or a GeoJSON point.',
  };
}

/** Rows as longitudes (x), latitudes (the first measure) and sizes (the second, if there are any). */
export function mapData(batch: ResultBatch, roles: ChartRoles): ChartData {
  const place = batch.columns.findIndex((c) => c.name === roles.x);
  if (batch.columns[place]?.type !== 'dynamic') return chartDataOf(batch, roles);
  const longitudes = new Float64Array(batch.rowCount).fill(Number.NaN);
  const latitudes = new Float64Array(batch.rowCount).fill(Number.NaN);
  for (let row = 0; row < batch.rowCount; row++) {
    const point = pointOf(batch.cell(row, place));
    if (point) [longitudes[row], latitudes[row]] = point;
  }
  // Any column but the points gives the rest; x is replaced.
  const rest = chartDataOf(batch, { ...roles, x: [...roles.ys, ...roles.series][0] ?? '' });
  return {
    ...rest,
    xName: roles.x,
    xKind: 'number',
    x: longitudes,
    measures: [{ name: 'latitude', values: latitudes }, ...rest.measures],
    length: batch.rowCount,
  };
}
