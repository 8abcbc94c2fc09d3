import { describe, expect, it } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { eventHubsAddress, kafkaOfEventHubs } from './event-hubs-address.ts';

const TEXT =
  'Endpoint=sb://Ship-Yard.servicebus.windows.net/;SharedAccessKeyName=listen;SharedAccessKey=a+b/c=;EntityPath=orders';

describe('a connection string of Event Hubs', () => {
  it('says where the hub is, and stays whole as the secret', () => {
    expect(eventHubsAddress(` ${TEXT}\n`)).toEqual({
      host: 'ship-yard.servicebus.windows.net',
      port: undefined,
      hub: 'orders',
      keyName: 'listen',
      secret: TEXT,
      emulator: false,
    });
  });

  it('is a Kafka cluster with the string as its password, and without the key in what is kept', () => {
    const { cluster, topics, secret } = kafkaOfEventHubs(eventHubsAddress(TEXT));
    expect(cluster).toEqual({
      brokers: ['ship-yard.servicebus.windows.net:9093'],
      tls: { trustAny: false },
      sasl: { mechanism: 'plain', username: '$ConnectionString' },
    });
    expect(topics).toEqual(['orders']);
    expect(secret).toBe(TEXT);
    expect(JSON.stringify(cluster)).not.toContain('a+b/c=');
  });

  it('may be for a whole namespace, in any order and case, or for the emulator', () => {
    const address = eventHubsAddress(
      'sharedaccesskey=k;SHAREDACCESSKEYNAME=n;endpoint=sb://localhost:5673;UseDevelopmentEmulator=true;',
    );
    expect(address).toMatchObject({
      host: 'localhost',
      port: 5673,
      hub: undefined,
      emulator: true,
    });
    expect(kafkaOfEventHubs(address).cluster).toEqual({
      brokers: ['localhost:9092'],
      sasl: { mechanism: 'plain', username: '$ConnectionString' },
    });
  });

  it('may hold a signature in the place of a key', () => {
    const signature = 'SharedAccessSignature sr=sb%3a%2f%2fx&sig=s&se=1&skn=listen';
    expect(
      eventHubsAddress(
        `Endpoint=sb://x.servicebus.windows.net/;SharedAccessSignature=${signature}`,
      ),
    ).toMatchObject({ host: 'x.servicebus.windows.net', keyName: '' });
  });

  it.each([
    [
      'HostName=h.azure-devices.net;SharedAccessKeyName=n;SharedAccessKey=key-7913',
      /IoT hub itself/,
    ],
    ['SharedAccessKeyName=n;SharedAccessKey=key-7913', /has an Endpoint/],
    ['Endpoint=https://x/;SharedAccessKeyName=n;SharedAccessKey=key-7913', /no address/],
    ['Endpoint=sb://x/;SharedAccessKey=key-7913', /holds no key/],
  ])('%s is refused without its key', (text, message) => {
    const error = thrown(() => eventHubsAddress(text));
    expect(error).toMatchObject({ kind: 'input', message: expect.stringMatching(message) });
    expect(JSON.stringify([error.message, error.hints])).not.toContain('key-7913');
    expect(error.hints).toHaveLength(1);
  });
});

function thrown(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('nothing was thrown');
}
