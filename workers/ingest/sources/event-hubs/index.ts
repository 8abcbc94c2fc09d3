import type { EventHubsSource } from '../../../../common/contract/stream.ts';
import type { StreamSourceKind } from '../../streams/stream-source.ts';
import { placeOf } from './client.ts';
import { consume } from './consume.ts';
import { browse, peek } from './peek.ts';

/** Azure Event Hubs and IoT Hub by AMQP, with Microsoft's client. */
export const eventHubs: StreamSourceKind<EventHubsSource> = {
  kind: 'eventHubs',
  properties: placeOf,
  run: consume,
  browse,
  peek,
};
