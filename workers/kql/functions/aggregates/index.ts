import { type FunctionEntry, never } from '../define.ts';
import { collecting } from './collecting.ts';
import { counting } from './counting.ts';
import { merging } from './merging.ts';
import { percentiles } from './percentiles.ts';
import { picking } from './picking.ts';
import { states } from './states.ts';
import { statistics } from './statistics.ts';

/** Aggregates; names that begin with `__` finish an aggregate's collected rows and are no KQL. */
export const aggregates: readonly FunctionEntry[] = [
  ...statistics,
  ...counting,
  ...picking,
  ...collecting,
  ...percentiles,
  ...merging,
  ...states,
  never(
    'passthrough',
    'used by the service inside its own distributed plans, without a documented meaning',
  ),
];
