import { CloudFlowRegular } from '@fluentui/react-icons';
import { STREAM_FORMATS, type StreamSource } from '../../../../common/contract/stream.ts';
import { eventHubsAddress } from '../../../../common/text/event-hubs-address.ts';
import { addressOf, connectionField, namesNoHub } from './connection-string.ts';
import { type Field, given, namesOf, type SourceKind, type Values } from './source-kind.ts';

/** Fields of what is read by AMQP, beside the connection string. */
export const HUB_FIELDS: readonly Field[] = [
  {
    id: 'hub',
    label: 'Event hub',
    kind: 'text',
    required: namesNoHub,
    hint: 'Not needed if the string names it (EntityPath).',
  },
  {
    id: 'group',
    label: 'Consumer group',
    kind: 'text',
    fallback: '$Default',
    hint: 'Others may read by the same group; one of its own is kinder to them.',
  },
  {
    id: 'partitions',
    label: 'Only these partitions',
    kind: 'text',
    advanced: true,
    placeholder: 'all',
    hint: 'Their ids: 0, 3, 4.',
  },
];

export const hubOf = (values: Values): string =>
  values.hub?.trim() || (addressOf(values)?.hub ?? '');

export const hubSource = (values: Values): StreamSource => ({
  kind: 'eventHubs',
  host: eventHubsAddress(values.connection ?? '').host,
  hub: hubOf(values),
  group: given('group', values.group).group ?? '$Default',
  ...(namesOf(values.partitions).length > 0 ? { partitions: namesOf(values.partitions) } : {}),
});

/** What every event says of itself. */
export const EVENT_PROPERTIES: SourceKind['properties'] = [
  { name: 'Partition', type: 'int', path: '@partition' },
  { name: 'SequenceNumber', type: 'long', path: '@sequenceNumber' },
  { name: 'EnqueuedTime', type: 'datetime', path: '@timestamp' },
  { name: 'PartitionKey', type: 'string', path: '@key' },
  { name: 'Properties', type: 'dynamic', path: '@headers' },
  { name: 'MessageId', type: 'string', path: '@messageId' },
  { name: 'CorrelationId', type: 'string', path: '@correlationId' },
  { name: 'ContentType', type: 'string', path: '@contentType' },
];

export const eventHubs: SourceKind = {
  id: 'event-hubs',
  kind: 'eventHubs',
  label: 'Azure Event Hubs',
  Icon: CloudFlowRegular,
  about:
    'Follows an event hub by AMQP, with its system properties as columns. Paste a connection string with the right to listen.',
  fields: [
    connectionField('From the portal: namespace or hub → Shared access policies.'),
    ...HUB_FIELDS,
  ],
  source: hubSource,
  formats: STREAM_FORMATS,
  starts: ['earliest', 'latest', 'time'],
  properties: EVENT_PROPERTIES,
  peeks: true,
  suggest: (values) => hubOf(values).replace(/[^\p{L}\p{N}_.-]+/gu, '_'),
};
