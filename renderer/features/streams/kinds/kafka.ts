import { DataTrendingRegular } from '@fluentui/react-icons';
import { type KafkaCluster, STREAM_FORMATS } from '../../../../common/contract/stream.ts';
import { given, isOn, namesOf, SECRET_HINT, type SourceKind, type Values } from './source-kind.ts';
import { tlsFields, tlsOf } from './tls-fields.ts';

const BROKER = /^[^\s,]+:\d+$/;

const hasPassword = (values: Values): boolean =>
  (values.sasl ?? '') !== '' && values.sasl !== 'oauthbearer';

function saslOf(mechanism: string | undefined, more: Values): Pick<KafkaCluster, 'sasl'> {
  const username = more.username?.trim() ?? '';
  switch (mechanism) {
    case 'plain':
    case 'scram-sha-256':
    case 'scram-sha-512':
      return { sasl: { mechanism, username } };
    case 'oauthbearer':
      return { sasl: { mechanism, username: '' } };
    case 'oauth-client':
      return {
        sasl: {
          mechanism: 'oauthbearer',
          username,
          ...given('tokenUrl', more.tokenUrl),
          ...given('scope', more.scope),
        },
      };
    default:
      return {};
  }
}

function clusterOf(values: Values): KafkaCluster {
  return {
    brokers: namesOf(values.brokers),
    ...(isOn(values, 'tls') ? { tls: tlsOf(values) } : {}),
    ...saslOf(values.sasl, values),
  };
}

function patternProblem(topic: string): string | undefined {
  const pattern = /^\/(.+)\/$/.exec(topic)?.[1];
  if (pattern === undefined) return undefined;
  try {
    new RegExp(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

export const kafka: SourceKind = {
  id: 'kafka',
  kind: 'kafka',
  label: 'Apache Kafka',
  Icon: DataTrendingRegular,
  about:
    'Follows topics of a Kafka cluster. Offsets are kept with the rows, so each record is in the table once; what other consumers read is left as it is.',
  fields: [
    {
      id: 'brokers',
      label: 'Brokers',
      kind: 'text',
      required: true,
      placeholder: 'broker-1:9092, broker-2:9092',
      hint: 'host:port of one or more brokers; the others are found by themselves.',
      check: (text) => {
        const wrong = namesOf(text).find((broker) => !BROKER.test(broker));
        return wrong === undefined
          ? undefined
          : `${wrong} has no port: write host:port, for example ${wrong}:9092.`;
      },
    },
    { id: 'tls', label: 'Encrypt with TLS', kind: 'switch' },
    {
      id: 'sasl',
      label: 'Sign in',
      kind: 'choice',
      options: [
        { value: '', label: 'No sign-in' },
        { value: 'plain', label: 'SASL PLAIN: user name and password' },
        { value: 'scram-sha-256', label: 'SASL SCRAM-SHA-256' },
        { value: 'scram-sha-512', label: 'SASL SCRAM-SHA-512' },
        { value: 'oauth-client', label: 'SASL OAUTHBEARER: client credentials' },
        { value: 'oauthbearer', label: 'SASL OAUTHBEARER: a token' },
      ],
    },
    { id: 'username', label: 'User name', kind: 'text', required: true, when: hasPassword },
    {
      id: 'secret',
      label: 'Password',
      kind: 'secret',
      required: true,
      when: hasPassword,
      hint: SECRET_HINT,
    },
    {
      id: 'tokenUrl',
      label: 'Address of the tokens',
      kind: 'text',
      required: true,
      when: (values) => values.sasl === 'oauth-client',
      placeholder: 'https://login.example.com/oauth2/token',
      check: (text) => (URL.canParse(text.trim()) ? undefined : 'An address: https://…'),
    },
    {
      id: 'scope',
      label: 'Scope',
      kind: 'text',
      when: (values) => values.sasl === 'oauth-client',
    },
    {
      id: 'token',
      label: 'Token',
      kind: 'secret',
      required: true,
      when: (values) => values.sasl === 'oauthbearer',
      hint: SECRET_HINT,
    },
    {
      id: 'topics',
      label: 'Topics',
      kind: 'lines',
      required: true,
      placeholder: 'orders',
      hint: 'One name per line, chosen in the list or typed; /^orders\\./ follows all that match.',
      check: (text) => {
        const wrong = namesOf(text).find((topic) => patternProblem(topic) !== undefined);
        return wrong === undefined ? undefined : `${wrong}: ${patternProblem(wrong)}`;
      },
    },
    {
      id: 'group',
      label: 'Consumer group',
      kind: 'text',
      advanced: true,
      placeholder: 'calypso-NAME',
      hint: 'Where the offsets are also told to the cluster, so that its own tools show the lag. One per stream.',
    },
    {
      id: 'partitions',
      label: 'Only these partitions',
      kind: 'text',
      advanced: true,
      placeholder: 'all',
      hint: 'Numbers such as 0, 3, 4; of every topic.',
      check: (text) =>
        namesOf(text).every((n) => /^\d+$/.test(n)) ? undefined : 'Numbers only: 0, 3, 4.',
    },
    ...tlsFields((values) => isOn(values, 'tls')),
  ],
  source: (values) => ({
    kind: 'kafka',
    cluster: clusterOf(values),
    topics: namesOf(values.topics),
    ...given('group', values.group),
    ...(namesOf(values.partitions).length > 0
      ? { partitions: namesOf(values.partitions).map(Number) }
      : {}),
  }),
  browse: {
    field: 'topics',
    what: 'topics',
    source: (values) => ({ kind: 'kafka', cluster: clusterOf(values), topics: ['/.*/'] }),
  },
  formats: STREAM_FORMATS,
  starts: ['earliest', 'latest', 'time'],
  properties: [
    { name: 'Topic', type: 'string', path: '@topic' },
    { name: 'Partition', type: 'int', path: '@partition' },
    { name: 'Offset', type: 'long', path: '@offset' },
    { name: 'Timestamp', type: 'datetime', path: '@timestamp' },
    { name: 'Key', type: 'string', path: '@key' },
    { name: 'Headers', type: 'dynamic', path: '@headers' },
  ],
  peeks: true,
  suggest: (values) => {
    const first = namesOf(values.topics)[0] ?? '';
    return first.replace(/^\/|\/$/g, '').replace(/[^\p{L}\p{N}_.-]+/gu, '');
  },
};
