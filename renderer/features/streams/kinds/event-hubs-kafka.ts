import { CloudArrowDownRegular } from '@fluentui/react-icons';
import { STREAM_FORMATS, type StreamSource } from '../../../../common/contract/stream.ts';
import { eventHubsAddress, kafkaOfEventHubs } from '../../../../common/text/event-hubs-address.ts';
import { addressOf, connectionField, namesNoHub } from './connection-string.ts';
import { kafka } from './kafka.ts';
import { given, namesOf, type SourceKind, type Values } from './source-kind.ts';

/** The Kafka endpoint of the namespace; hubs are its topics. */
function sourceOf(values: Values, topics: readonly string[]): StreamSource {
  const { cluster } = kafkaOfEventHubs(eventHubsAddress(values.connection ?? ''));
  return { kind: 'kafka', cluster, topics: [...topics], ...given('group', values.group) };
}

const hubsOf = (values: Values): readonly string[] => {
  const chosen = namesOf(values.hubs);
  const own = addressOf(values)?.hub;
  return chosen.length > 0 || own === undefined ? chosen : [own];
};

export const eventHubsKafka: SourceKind = {
  id: 'event-hubs-kafka',
  kind: 'kafka',
  label: 'Event Hubs by Kafka',
  Icon: CloudArrowDownRegular,
  about:
    'Follows several event hubs of a namespace by its Kafka endpoint (Standard tier and above), where the port of AMQP is closed or hubs are to be listed.',
  fields: [
    connectionField('With the right to listen.'),
    {
      id: 'hubs',
      label: 'Event hubs',
      kind: 'lines',
      required: namesNoHub,
      hint: 'One name per line; not needed if the string names its hub (EntityPath).',
    },
    {
      id: 'group',
      label: 'Consumer group',
      kind: 'text',
      advanced: true,
      placeholder: 'calypso-NAME',
      hint: 'A group of the Kafka endpoint: it is made by itself, and is apart from those in the portal.',
    },
  ],
  source: (values) => sourceOf(values, hubsOf(values)),
  browse: {
    field: 'hubs',
    what: 'event hubs',
    source: (values) => sourceOf(values, ['/.*/']),
  },
  formats: STREAM_FORMATS,
  starts: ['earliest', 'latest', 'time'],
  properties: kafka.properties,
  peeks: true,
  suggest: (values) => hubsOf(values)[0] ?? '',
};
