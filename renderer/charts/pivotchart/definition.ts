import type { ChartDefinition } from '../chart-types.ts';
import { columnchart } from '../columnchart/definition.ts';

/** The rows as columns, and the panel for groups beside them: both are changed by hand (page "visualization-pivotchart"). */
export const pivotchart: ChartDefinition = {
  ...columnchart,
  kind: 'pivotchart',
  label: 'Pivot chart',
};
