import { z } from 'zod';
import { alertEvent } from '../../../common/contract/alerts.ts';
import type { PipelineRow } from '../catalog/pipelines-store.ts';
import { QUIET } from './incident.ts';

const incidentState = z.object({
  incident: z.string(),
  since: z.number(),
  toldAt: z.number(),
  finds: z.number(),
  misses: z.number(),
});

/** A message that waits for its receiver. */
export const delivery = z.object({
  id: z.string(),
  event: alertEvent,
  attempts: z.number(),
  /** Milliseconds since 1970. */
  nextAt: z.number(),
});
export type Delivery = z.infer<typeof delivery>;

/** What the catalog keeps of an alert beside what it keeps of all work that comes back. */
export const alertState = z.object({
  incident: incidentState.default(QUIET),
  lastEvent: alertEvent.optional(),
  deliveries: z.array(delivery).default([]),
  deliveryMessage: z.string().default(''),
});
export type AlertState = z.infer<typeof alertState>;

export const stateOf = ({ state }: PipelineRow): AlertState => alertState.parse(state.own ?? {});
