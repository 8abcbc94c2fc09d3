import { DeveloperBoardRegular } from '@fluentui/react-icons';
import { STREAM_FORMATS } from '../../../../common/contract/stream.ts';
import { connectionField } from './connection-string.ts';
import { EVENT_PROPERTIES, HUB_FIELDS, hubOf, hubSource } from './event-hubs.ts';
import type { SourceKind } from './source-kind.ts';

/** Through the built-in endpoint, which is an event hub with properties of its own. */
export const iotHub: SourceKind = {
  id: 'iot-hub',
  kind: 'eventHubs',
  label: 'Azure IoT Hub',
  Icon: DeveloperBoardRegular,
  about:
    'Follows what devices send, by the built-in endpoint of an IoT hub, with device and authentication as columns.',
  fields: [
    connectionField(
      'From the portal: IoT hub → Built-in endpoints → Event Hub-compatible endpoint.',
    ),
    ...HUB_FIELDS,
  ],
  source: hubSource,
  formats: STREAM_FORMATS,
  starts: ['earliest', 'latest', 'time'],
  properties: [
    { name: 'DeviceId', type: 'string', path: '@iothub-connection-device-id' },
    { name: 'ModuleId', type: 'string', path: '@iothub-connection-module-id' },
    { name: 'SentTime', type: 'datetime', path: '@iothub-enqueuedtime' },
    { name: 'AuthMethod', type: 'dynamic', path: '@iothub-connection-auth-method' },
    { name: 'MessageSource', type: 'string', path: '@iothub-message-source' },
    { name: 'Subject', type: 'string', path: '@dt-subject' },
    { name: 'DataSchema', type: 'string', path: '@dt-dataschema' },
    ...EVENT_PROPERTIES,
  ],
  peeks: true,
  suggest: (values) => hubOf(values).replace(/[^\p{L}\p{N}_.-]+/gu, '_'),
};
