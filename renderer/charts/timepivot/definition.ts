import type { ChartDefinition } from '../chart-types.ts';
import { build } from './build.ts';

/** Pivot columns that are taken unasked. */
const GUESSED_LEVELS = 2;

export const timepivot: ChartDefinition = {
  kind: 'timepivot',
  label: 'Time pivot',
  view: 'plot',
  source: 'rows',
  whole: true,
  properties: ['series', 'title'],
  roles: (columns, _sample, properties) => {
    const [start, end] = columns.filter((c) => c.type === 'datetime');
    const texts = columns.filter((c) => c.type === 'string' || c.type === 'guid');
    return {
      x: start?.name ?? '',
      ys: end ? [end.name] : [],
      series: properties.series ?? texts.slice(0, GUESSED_LEVELS).map((c) => c.name),
      anomalies: [],
      problem: start ? '' : 'A time pivot needs a datetime column.',
    };
  },
  build,
};
