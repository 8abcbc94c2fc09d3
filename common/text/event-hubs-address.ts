import type { EventHubsSource, KafkaCluster } from '../contract/stream.ts';
import { AppError } from '../errors/app-error.ts';

/** What a connection string of Event Hubs says. */
export interface EventHubsAddress {
  /** `ns.servicebus.windows.net`, or where an emulator listens. */
  readonly host: string;
  readonly port: number | undefined;
  /** Entity path; undefined if the string is for a whole namespace. */
  readonly hub: string | undefined;
  readonly keyName: string;
  /** The string as it was pasted: it holds the key, and is a secret. */
  readonly secret: string;
  readonly emulator: boolean;
}

const SHAPE =
  'Endpoint=sb://NAMESPACE.servicebus.windows.net/;SharedAccessKeyName=…;SharedAccessKey=…;EntityPath=…';

/**
 * Reads a connection string (page "Get an Event Hubs connection string"). Names are told apart without case, as
 * the SDKs do; the order is free. Throws an AppError of kind `input` that never holds the key.
 */
export function eventHubsAddress(text: string): EventHubsAddress {
  const fields = connectionFields(text);
  if (fields.has('hostname'))
    throw refused('This is the connection string of an IoT hub itself, which speaks to devices.', [
      'Paste its Event Hub-compatible endpoint: in the portal, IoT hub → Built-in endpoints.',
    ]);
  const endpoint = fields.get('endpoint');
  if (endpoint === undefined) throw refused('A connection string of Event Hubs has an Endpoint.');
  const address = /^sb:\/\/([^/:\s]+)(?::(\d+))?\/?$/i.exec(endpoint);
  const [, host, port] = address ?? [];
  if (host === undefined) throw refused('Its Endpoint is no address of the form sb://HOST/.');
  const keyName = fields.get('sharedaccesskeyname');
  const token = fields.get('sharedaccesssignature');
  if (token === undefined && (keyName === undefined || !fields.has('sharedaccesskey')))
    throw refused('It holds no key: SharedAccessKeyName and SharedAccessKey are needed.');
  return {
    host: host.toLowerCase(),
    port: port === undefined ? undefined : Number(port),
    hub: fields.get('entitypath'),
    keyName: keyName ?? '',
    secret: text.trim(),
    emulator: fields.get('usedevelopmentemulator')?.toLowerCase() === 'true',
  };
}

/** The fields of a connection string by their names in small letters. */
export function connectionFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const part of text.trim().split(';')) {
    const at = part.indexOf('=');
    if (at > 0) fields.set(part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim());
  }
  return fields;
}

const KAFKA_PORT = 9093;

/**
 * The Kafka endpoint of a namespace (page "Azure Event Hubs for Apache Kafka"): port 9093 with TLS, PLAIN, and
 * the whole connection string as the password of a user that is always called the same.
 */
export function kafkaOfEventHubs({ host, hub, secret, emulator }: EventHubsAddress): {
  readonly cluster: KafkaCluster;
  /** Empty if the string names no hub: it has to be chosen. */
  readonly topics: string[];
  readonly secret: string;
} {
  return {
    cluster: {
      // The emulator speaks Kafka in the clear, on a port of its own.
      brokers: [emulator ? `${host}:9092` : `${host}:${KAFKA_PORT}`],
      ...(emulator ? {} : { tls: { trustAny: false } }),
      sasl: { mechanism: 'plain', username: '$ConnectionString' },
    },
    topics: hub === undefined ? [] : [hub],
    secret,
  };
}

function refused(
  message: string,
  hints: readonly string[] = [`It looks like this: ${SHAPE}`],
): AppError {
  return new AppError('input', 'bad_connection_string', message, { hints });
}

/** The same as a source that is read natively, by AMQP, with the properties that Kafka's endpoint leaves out. */
export function sourceOfEventHubs(
  { host, hub, secret }: EventHubsAddress,
  chosenHub?: string,
): { readonly source: EventHubsSource; readonly secret: string } {
  const name = chosenHub ?? hub;
  if (name === undefined)
    throw refused('The connection string names no hub.', [
      'Say which hub of the namespace to read.',
    ]);
  return { source: { kind: 'eventHubs', host, hub: name, group: '$Default' }, secret };
}
