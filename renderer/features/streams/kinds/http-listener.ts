import { GlobeArrowUpRegular } from '@fluentui/react-icons';
import { SECRET_HINT, type SourceKind, whole } from './source-kind.ts';

export const httpListener: SourceKind = {
  id: 'http-listener',
  kind: 'http-listener',
  label: 'HTTP posts',
  Icon: GlobeArrowUpRegular,
  about:
    'Listens on this machine for posts of NDJSON, JSON, CSV and OpenTelemetry logs (/v1/logs), and answers once the rows are stored.',
  fields: [
    {
      id: 'port',
      label: 'Port',
      kind: 'number',
      fallback: '4318',
      required: true,
      hint: '4318 is that of OpenTelemetry; 0 takes any free one, which the stream then says.',
      check: whole(0, 65_535),
    },
    {
      id: 'secret',
      label: 'Token that posts have to bring',
      kind: 'secret',
      hint: `Empty: every program of this machine may post. ${SECRET_HINT}`,
    },
    {
      id: 'megabytes',
      label: 'Longest body, MB',
      kind: 'number',
      fallback: '16',
      advanced: true,
      check: whole(1, 1_024),
    },
  ],
  source: (values) => ({
    kind: 'http-listener',
    port: Number(values.port),
    maxBytes: Number(values.megabytes || '16') * 1024 * 1024,
  }),
  formats: ['json'],
  starts: ['latest'],
  properties: [{ name: 'Received', type: 'datetime', path: '@timestamp' }],
  peeks: false,
  suggest: () => 'posts',
};
