import { IotRegular } from '@fluentui/react-icons';
import { STREAM_FORMATS } from '../../../../common/contract/stream.ts';
import { given, namesOf, SECRET_HINT, type SourceKind, whole } from './source-kind.ts';
import { tlsFields, tlsOf } from './tls-fields.ts';

export const mqtt: SourceKind = {
  id: 'mqtt',
  kind: 'mqtt',
  label: 'MQTT',
  Icon: IotRegular,
  about:
    'Follows topics of an MQTT broker at QoS 1, acknowledged once the rows are stored. The broker keeps what comes while Calypso is away.',
  fields: [
    {
      id: 'url',
      label: 'Broker',
      kind: 'text',
      required: true,
      placeholder: 'mqtts://broker.example:8883',
      hint: 'mqtt://host:1883, or mqtts://host:8883 with TLS.',
      check: (text) =>
        /^mqtts?:\/\/[^\s/]+\/?$/.test(text.trim())
          ? undefined
          : 'Write mqtt://host:port or mqtts://host:port.',
    },
    {
      id: 'topics',
      label: 'Topics',
      kind: 'lines',
      required: true,
      placeholder: 'plant/+/temperature',
      hint: 'One filter per line: + is any one level, # all that is below.',
      check: (text) => {
        const wrong = namesOf(text).find(
          (topic) => /#./.test(topic) || /[^/][+#]|\+[^/]/.test(topic),
        );
        return wrong === undefined
          ? undefined
          : `${wrong}: + and # stand alone between slashes, # only at the end.`;
      },
    },
    { id: 'username', label: 'User name', kind: 'text' },
    {
      id: 'secret',
      label: 'Password',
      kind: 'secret',
      when: (values) => (values.username ?? '').trim() !== '',
      hint: SECRET_HINT,
    },
    {
      id: 'version',
      label: 'Version of the protocol',
      kind: 'choice',
      advanced: true,
      options: [
        { value: '5', label: '5' },
        { value: '3.1.1', label: '3.1.1' },
      ],
    },
    {
      id: 'clientId',
      label: 'Client id',
      kind: 'text',
      advanced: true,
      placeholder: 'one of the stream’s own',
      hint: 'The broker keeps the session under this name: no two clients may share it.',
    },
    {
      id: 'expiry',
      label: 'Keep the session for … seconds',
      kind: 'number',
      advanced: true,
      fallback: '604800',
      when: (values) => values.version !== '3.1.1',
      check: whole(60, 0xff_ff_ff_ff),
    },
    ...tlsFields((values) => (values.url ?? '').startsWith('mqtts:')),
  ],
  source: (values) => ({
    kind: 'mqtt',
    url: values.url?.trim() ?? '',
    topics: namesOf(values.topics),
    ...given('username', values.username),
    ...given('clientId', values.clientId),
    version: values.version === '3.1.1' ? '3.1.1' : '5',
    ...((values.url ?? '').startsWith('mqtts:') ? { tls: tlsOf(values) } : {}),
    sessionExpirySeconds: Number(values.expiry || '604800'),
  }),
  formats: STREAM_FORMATS,
  starts: ['latest'],
  properties: [
    { name: 'Topic', type: 'string', path: '@topic' },
    { name: 'Received', type: 'datetime', path: '@timestamp' },
    { name: 'Qos', type: 'int', path: '@qos' },
    { name: 'Retained', type: 'bool', path: '@retain' },
    { name: 'UserProperties', type: 'dynamic', path: '@headers' },
  ],
  peeks: true,
  suggest: (values) =>
    (namesOf(values.topics)[0] ?? '')
      .split('/')
      .filter((level) => level !== '+' && level !== '#' && level !== '')
      .join('_')
      .replace(/[^\p{L}\p{N}_.-]+/gu, '') || 'mqtt',
};
