import { CloudFlowRegular } from '@fluentui/react-icons';
import { STREAM_FORMATS, type StreamSource } from '../../../../common/contract/stream.ts';
import { asAppError } from '../../../../common/errors/app-error.ts';
import {
  type EventHubsAddress,
  eventHubsAddress,
  kafkaOfEventHubs,
} from '../../../../common/text/event-hubs-address.ts';
import { kafka } from './kafka.ts';
import { given, namesOf, SECRET_HINT, type SourceKind, type Values } from './source-kind.ts';

function addressOf(values: Values): EventHubsAddress | undefined {
  try {
    return eventHubsAddress(values.connection ?? '');
  } catch {
    return undefined;
  }
}

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

export const eventHubs: SourceKind = {
  id: 'event-hubs',
  kind: 'kafka',
  label: 'Azure Event Hubs',
  Icon: CloudFlowRegular,
  about:
    'Follows event hubs through the Kafka endpoint of their namespace (Standard tier and above). Paste a connection string with the right to listen.',
  fields: [
    {
      id: 'connection',
      label: 'Connection string',
      kind: 'secret',
      required: true,
      placeholder: 'Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…',
      hint: SECRET_HINT,
      check: (text) => {
        try {
          eventHubsAddress(text);
          return undefined;
        } catch (error) {
          const { message, hints } = asAppError(error);
          return [message, ...hints].join(' ');
        }
      },
    },
    {
      id: 'hubs',
      label: 'Event hubs',
      kind: 'lines',
      required: (values) => addressOf(values)?.hub === undefined,
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
