import { z } from 'zod';
import type { MappedColumn } from '../../../../common/contract/ingest.ts';

/**
 * Logs of the OpenTelemetry protocol as rows (https://opentelemetry.io/docs/specs/otlp/, JSON encoding). The columns
 * have the names that OpenTelemetry's exporter for Azure Data Explorer gives them, and some more.
 */

interface AnyValue {
  readonly stringValue?: string | undefined;
  readonly boolValue?: boolean | undefined;
  readonly intValue?: string | number | undefined;
  readonly doubleValue?: number | string | undefined;
  readonly bytesValue?: string | undefined;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] | undefined } | undefined;
  readonly kvlistValue?: { readonly values?: readonly KeyValue[] | undefined } | undefined;
}

interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue | undefined;
}

const anyValue: z.ZodType<AnyValue> = z.lazy(() =>
  z.object({
    stringValue: z.string().optional(),
    boolValue: z.boolean().optional(),
    intValue: z.union([z.string().regex(/^-?\d+$/), z.number()]).optional(),
    doubleValue: z.union([z.number(), z.string()]).optional(),
    bytesValue: z.string().optional(),
    arrayValue: z.object({ values: z.array(anyValue).optional() }).optional(),
    kvlistValue: z.object({ values: z.array(keyValue).optional() }).optional(),
  }),
);
const keyValue: z.ZodType<KeyValue> = z.object({ key: z.string(), value: anyValue.optional() });
const attributes = z.array(keyValue).default([]);
const nanoseconds = z.union([z.string().regex(/^\d+$/), z.number().int().min(0)]).default('0');

const logRecord = z.object({
  timeUnixNano: nanoseconds,
  observedTimeUnixNano: nanoseconds,
  severityNumber: z.number().int().default(0),
  severityText: z.string().default(''),
  body: anyValue.optional(),
  attributes,
  flags: z.number().default(0),
  traceId: z.string().default(''),
  spanId: z.string().default(''),
  eventName: z.string().default(''),
});

export const logsRequest = z.object({
  resourceLogs: z
    .array(
      z.object({
        resource: z.object({ attributes }).optional(),
        scopeLogs: z
          .array(
            z.object({
              scope: z
                .object({ name: z.string().default(''), version: z.string().default('') })
                .optional(),
              logRecords: z.array(logRecord).default([]),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});
export type LogsRequest = z.infer<typeof logsRequest>;

export const OTLP_COLUMNS: readonly MappedColumn[] = (
  [
    ['Timestamp', 'datetime'],
    ['ObservedTimestamp', 'datetime'],
    ['TraceID', 'string'],
    ['SpanID', 'string'],
    ['SeverityText', 'string'],
    ['SeverityNumber', 'int'],
    ['Body', 'string'],
    ['ResourceAttributes', 'dynamic'],
    ['LogsAttributes', 'dynamic'],
    ['ScopeName', 'string'],
    ['ScopeVersion', 'string'],
    ['EventName', 'string'],
    ['Flags', 'long'],
  ] as const
).map(([name, type]) => ({ name, type, path: `$.${name}` }));

/** One JSON object per log record. */
export function otlpRows(request: LogsRequest): string[] {
  return request.resourceLogs.flatMap(({ resource, scopeLogs }) => {
    const resourceAttributes = bag(resource?.attributes ?? []);
    return scopeLogs.flatMap(({ scope, logRecords }) =>
      logRecords.map((record) =>
        object({
          Timestamp: moment(record.timeUnixNano),
          ObservedTimestamp: moment(record.observedTimeUnixNano),
          TraceID: text(record.traceId),
          SpanID: text(record.spanId),
          SeverityText: text(record.severityText),
          SeverityNumber: String(record.severityNumber),
          Body: text(bodyText(record.body)),
          ResourceAttributes: resourceAttributes,
          LogsAttributes: bag(record.attributes),
          ScopeName: text(scope?.name ?? ''),
          ScopeVersion: text(scope?.version ?? ''),
          EventName: text(record.eventName),
          Flags: String(record.flags),
        }),
      ),
    );
  });
}

const text = (value: string): string => JSON.stringify(value);

function object(members: Readonly<Record<string, string>>): string {
  return `{${Object.entries(members)
    .map(([name, json]) => `${JSON.stringify(name)}:${json}`)
    .join(',')}}`;
}

/** With the 100 ns that a datetime holds; 0 says that there is none. */
function moment(nanos: string | number): string {
  const count = BigInt(nanos);
  if (count === 0n) return 'null';
  const seconds = new Date(Number(count / 1_000_000n)).toISOString().slice(0, 19);
  const ticks = String((count % 1_000_000_000n) / 100n).padStart(7, '0');
  return text(`${seconds}.${ticks}Z`);
}

function bodyText(body: AnyValue | undefined): string {
  if (body === undefined) return '';
  return body.stringValue ?? json(body);
}

const bag = (members: readonly KeyValue[]): string =>
  object(Object.fromEntries(members.map(({ key, value }) => [key, json(value)])));

function json(value: AnyValue | undefined): string {
  if (value?.stringValue !== undefined) return text(value.stringValue);
  if (value?.boolValue !== undefined) return String(value.boolValue);
  // As it is written: a number of JavaScript would lose digits.
  if (value?.intValue !== undefined) return String(value.intValue);
  if (value?.doubleValue !== undefined) {
    const number = Number(value.doubleValue);
    return Number.isFinite(number) ? JSON.stringify(number) : text(String(value.doubleValue));
  }
  if (value?.bytesValue !== undefined) return text(value.bytesValue);
  if (value?.arrayValue) return `[${(value.arrayValue.values ?? []).map(json).join(',')}]`;
  return value?.kvlistValue ? bag(value.kvlistValue.values ?? []) : 'null';
}
