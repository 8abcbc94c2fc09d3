import type { ChartDefinition } from '../chart-types.ts';
import { CARTESIAN_PROPERTIES } from '../property-lists.ts';
import { build } from './build.ts';

export const ladderchart: ChartDefinition = {
  kind: 'ladderchart',
  label: 'Ladder chart',
  view: 'plot',
  source: 'rows',
  whole: true,
  properties: CARTESIAN_PROPERTIES,
  roles: (columns, _sample, properties) => {
    const times = columns.filter((c) => c.type === 'datetime').slice(-2);
    const [start, end] = times;
    const others = columns.filter((c) => !times.includes(c) && c.type !== 'dynamic');
    return {
      x: start?.name ?? '',
      ys: end ? [end.name] : [],
      series: properties.series ?? others.map((c) => c.name),
      anomalies: [],
      problem: end ? '' : 'A ladder chart needs two datetime columns: start and end.',
    };
  },
  build,
};
