import { ServerRegular } from '@fluentui/react-icons';
import { isOn, type SourceKind, whole } from './source-kind.ts';

export const syslog: SourceKind = {
  id: 'syslog',
  kind: 'syslog',
  label: 'Syslog',
  Icon: ServerRegular,
  about:
    'Listens on this machine for syslog (RFC 5424 and RFC 3164). Senders get no answer: what comes while Calypso is closed is not kept for it.',
  fields: [
    {
      id: 'port',
      label: 'Port',
      kind: 'number',
      fallback: '5514',
      required: true,
      hint: 'Ports below 1024 are for administrators; 0 takes any free one, which the stream then says.',
      check: whole(0, 65_535),
    },
    { id: 'udp', label: 'UDP', kind: 'switch', fallback: 'on' },
    { id: 'tcp', label: 'TCP', kind: 'switch', fallback: 'on' },
  ],
  source: (values) => ({
    kind: 'syslog',
    port: Number(values.port),
    transports: [
      ...(isOn(values, 'udp') || !isOn(values, 'tcp') ? (['udp'] as const) : []),
      ...(isOn(values, 'tcp') ? (['tcp'] as const) : []),
    ],
  }),
  formats: ['json'],
  starts: ['latest'],
  properties: [],
  peeks: false,
  suggest: () => 'syslog',
};
