import { z } from 'zod';
import { inDatabase, runInfo, trigger } from './pipelines.ts';
import { none } from './values.ts';

/**
 * When the answer of an alert's query counts as a find. An incident begins with a find and ends with an answer that
 * is none; between the two limits of a value nothing changes (hysteresis).
 */
export const alertCondition = z.discriminatedUnion('kind', [
  /** More rows than `above`, or fewer than `below`. */
  z.strictObject({ kind: z.literal('rows'), above: z.number().int().min(0).default(0) }),
  z.strictObject({ kind: z.literal('fewRows'), below: z.number().int().min(1).default(1) }),
  /** A number in the first row. */
  z.strictObject({
    kind: z.literal('value'),
    column: z.string().min(1),
    is: z.enum(['above', 'below']),
    limit: z.number(),
    /** The incident ends when the value is back at this one; by default the limit. */
    back: z.number().optional(),
  }),
]);
export type AlertCondition = z.infer<typeof alertCondition>;

export const alertSeverity = z.enum(['info', 'warning', 'error']);
export type AlertSeverity = z.infer<typeof alertSeverity>;

export const alertWebhook = z.strictObject({
  /** http or https; its host has to be allowed as for the plugin http_request. */
  url: z.url({ protocol: /^https?$/ }),
  headers: z.record(z.string(), z.string()).default({}),
  timeoutSeconds: z.number().min(0.1).max(300).default(10),
  /** Tries of one delivery, with growing pauses between them, over restarts too. */
  attempts: z.number().int().min(1).max(20).default(5),
});
export type AlertWebhook = z.infer<typeof alertWebhook>;

export const alertDefinition = z.strictObject({
  name: z.string().min(1).max(256),
  database: z.string().min(1),
  query: z.string().trim().min(1),
  /** Of these tables the query sees only rows that came since it last ran. */
  over: z.array(z.string()).default([]),
  condition: alertCondition.prefault({ kind: 'rows' }),
  trigger: trigger.default({ on: 'interval', seconds: 60 }),
  severity: alertSeverity.default('warning'),
  /** `{column}` stands for the first row's value, `{rows}` for their number. */
  message: z.string().default(''),
  /** So many finds one after the other begin an incident, and so many answers that are none end it. */
  fireAfter: z.number().int().min(1).max(1_000).default(1),
  resolveAfter: z.number().int().min(1).max(1_000).default(1),
  /** Tells again while the incident lasts; absent: once per incident. 0: at every find. */
  repeatSeconds: z.number().min(0).optional(),
  /** Tell the end of an incident too. */
  tellEnd: z.boolean().default(true),
  /** A notification of the desktop. */
  notify: z.boolean().default(true),
  webhook: alertWebhook.optional(),
});
export type AlertDefinition = z.infer<typeof alertDefinition>;

/** The table in the alert's database where each event is a row. */
export const ALERTS_TABLE = '_alerts';

/** What an alert tells. Also the JSON body of a webhook. */
export const alertEvent = z.object({
  alert: z.string(),
  database: z.string(),
  kind: z.enum(['fired', 'repeated', 'resolved']),
  /** The same in all events of one incident. */
  incident: z.string(),
  severity: alertSeverity,
  message: z.string(),
  /** ISO 8601. */
  at: z.string(),
  /** Rows of the query's answer. */
  rows: z.number(),
  /** Of a condition on a value; null where there is none. */
  value: z.number().nullable(),
  /** The first rows, as objects. */
  sample: z.array(z.record(z.string(), z.unknown())),
});
export type AlertEvent = z.infer<typeof alertEvent>;

export const alertInfo = z.object({
  definition: alertDefinition,
  /** `quiet`: no incident. `firing`: one is under way. `failed`: the last evaluation went wrong. */
  state: z.enum(['quiet', 'firing', 'failed', 'paused']),
  /** '' outside of an incident. */
  incident: z.string(),
  /** ISO 8601; '' outside of an incident. */
  since: z.string(),
  lastRun: runInfo.optional(),
  nextRunAt: z.string(),
  lastEvent: alertEvent.optional(),
  /** Deliveries to the webhook that still wait, and what the last one said. */
  waitingDeliveries: z.number(),
  deliveryMessage: z.string(),
});
export type AlertInfo = z.infer<typeof alertInfo>;

export const alertCalls = {
  'alerts.list': { params: none, result: z.object({ alerts: z.array(alertInfo) }) },
  /** Makes an alert, or gives one a new definition. The secret is sent to the webhook as bearer token. */
  'alerts.save': {
    params: z.object({ definition: alertDefinition, secret: z.string().optional() }),
    result: alertInfo,
  },
  /** Evaluates now; the event, if one came of it. */
  'alerts.run': { params: inDatabase, result: z.object({ event: alertEvent.optional() }) },
  /** What the definition would find now, without a trace. */
  'alerts.test': {
    params: z.object({ definition: alertDefinition }),
    result: z.object({ found: z.boolean(), event: alertEvent }),
  },
  'alerts.pause': { params: inDatabase, result: alertInfo },
  'alerts.resume': { params: inDatabase, result: alertInfo },
  'alerts.remove': { params: inDatabase, result: none },
  /** Newest first, of one alert or of all. */
  'alerts.events': {
    params: z.object({
      database: z.string().optional(),
      name: z.string().optional(),
      limit: z.number().int().min(1).max(1_000).default(100),
    }),
    result: z.object({ events: z.array(alertEvent) }),
  },
} as const;

/** To be spread into the topics of the host's contract. */
export const alertTopics = {
  /** For a notification, where `notify` is true. */
  'alerts.event': alertEvent.extend({ notify: z.boolean() }),
  'alerts.changed': inDatabase,
} as const;
