import type { ChartDefinition } from '../chart-types.ts';
import { CARTESIAN_PROPERTIES } from '../property-lists.ts';
import { guessRoles, TIME_X } from '../roles.ts';
import { build } from './build.ts';

/** Names that people give to the flags of series_decompose_anomalies; the page leaves the guess to the client. */
const FLAG_NAME = /anomal|ad_?flag/i;

export const anomalychart: ChartDefinition = {
  kind: 'anomalychart',
  label: 'Anomaly chart',
  view: 'plot',
  source: 'rows',
  properties: [...CARTESIAN_PROPERTIES, 'ysplit', 'anomalycolumns'],
  roles: (columns, sample, properties) =>
    guessRoles(
      columns,
      sample,
      properties.anomalycolumns
        ? properties
        : {
            ...properties,
            anomalycolumns: columns
              .filter(
                (c) =>
                  FLAG_NAME.test(c.name) &&
                  c.type !== 'string' &&
                  !properties.ycolumns?.includes(c.name),
              )
              .map((c) => c.name),
          },
      TIME_X,
    ),
  build,
};
