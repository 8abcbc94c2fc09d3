import type { MqttSource } from '../../../../common/contract/stream.ts';
import type { StreamSourceKind } from '../../streams/stream-source.ts';
import { consume } from './consume.ts';
import { browse, peek } from './peek.ts';

/** Topics of an MQTT broker. */
export const mqtt: StreamSourceKind<MqttSource> = {
  kind: 'mqtt',
  properties: () => ({}),
  run: consume,
  browse,
  peek,
};
