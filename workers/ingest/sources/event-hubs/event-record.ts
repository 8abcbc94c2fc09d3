import type { ReceivedEventData } from '@azure/event-hubs';
import type { StreamRecord } from '../../streams/stream-source.ts';

type Scalar = string | number | boolean;

/** An event as a record: its position is its sequence number, which counts up by one in a partition. */
export function recordOf(part: string, event: ReceivedEventData): StreamRecord {
  const { sequenceNumber, partitionKey, enqueuedTimeUtc } = event;
  return {
    part,
    position: String(sequenceNumber),
    next: String(BigInt(sequenceNumber) + 1n),
    value: bytesOf(event.body),
    // The types promise null where there is none.
    key: typeof partitionKey === 'string' ? Buffer.from(partitionKey) : null,
    timestamp: enqueuedTimeUtc.getTime(),
    headers: Object.fromEntries(
      Object.entries(event.properties ?? {}).map(([name, value]) => [
        name,
        String(scalar(value) ?? ''),
      ]),
    ),
    properties: propertiesOf(event),
  };
}

function propertiesOf(event: ReceivedEventData): Record<string, Scalar> {
  const named: Record<string, unknown> = {
    ...event.systemProperties,
    sequenceNumber: event.sequenceNumber,
    eventOffset: event.offset,
    messageId: event.messageId,
    correlationId: event.correlationId,
    contentType: event.contentType,
  };
  const properties: Record<string, Scalar> = {};
  for (const [name, value] of Object.entries(named)) {
    const known = TIMES.has(name) && typeof value === 'number' ? new Date(value) : value;
    const told = scalar(known);
    if (told !== undefined) properties[name] = told;
  }
  return properties;
}

/** System properties that the client gives as milliseconds. */
const TIMES: ReadonlySet<string> = new Set([
  'iothub-enqueuedtime',
  'iothub-creation-time-utc',
  'absoluteExpiryTime',
  'creationTime',
]);

function scalar(value: unknown): Scalar | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return JSON.stringify(value);
}

/** Nearly always bytes; AMQP's own values and sequences become JSON. */
function bytesOf(body: unknown): Uint8Array | null {
  if (body === null || body === undefined) return null;
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
