import rhea from 'rhea';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StreamInfo } from '../../common/contract/stream.ts';
import { eventHubsAddress, sourceOfEventHubs } from '../../common/text/event-hubs-address.ts';
import { EventHubsServer } from './support/event-hubs-server.ts';
import { streamInfo, until, untilRows, untilTold } from './support/streams.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

/**
 * What this proves: Microsoft's own client, driven by Calypso, logs in, asks for partitions, reads from the place
 * that the catalog knows, and its events become rows with all their properties, each once, over restarts, a cut
 * connection, retention and a hub made anew.
 * What it does not: that Azure answers as the server here does (it was written from the protocol's description),
 * nor TLS, limits of the service and its throttling. For those a real hub is needed.
 */

let server: EventHubsServer;
let host: TestHost;

beforeAll(() => {
  host = openTestHost({ lazy: true });
});
afterAll(async () => {
  await host?.close();
});
beforeEach(async () => {
  server = new EventHubsServer('orders', 2);
  await server.start();
});
afterEach(async () => {
  const { streams } = await host.client.call('streams.list', {});
  for (const { definition } of streams)
    await host.client.call('streams.remove', { name: definition.name });
  await server.stop();
});

const create = (name: string, extra: object = {}, key?: string): Promise<StreamInfo> => {
  const { source, secret } = sourceOfEventHubs(eventHubsAddress(server.connectionString(key)));
  return host.client.call('streams.create', {
    definition: { name, database: 'Local', table: name, source, flush: { seconds: 0.2 }, ...extra },
    secret,
  });
};

const numbered = (from: number, to: number): { body: string }[] =>
  Array.from({ length: to - from }, (_, i) => ({ body: JSON.stringify({ n: from + i }) }));

async function holdsEachOnce(table: string, count: number): Promise<void> {
  await untilRows(host, table, count);
  expect(await host.query(`${table} | summarize count(), count_distinct(n), max(n)`)).toEqual([
    [String(count), String(count), String(count - 1)],
  ]);
}

describe('an Event Hub fills a table', () => {
  it('keeps each event once, over a pause, a restart of the host and a cut connection', async () => {
    server.send(0, ...numbered(0, 40));
    server.send(1, ...numbered(40, 60));
    await create('once');
    await holdsEachOnce('once', 60);
    await host.client.call('streams.pause', { name: 'once' });
    server.send(1, ...numbered(60, 70));
    await host.client.call('streams.resume', { name: 'once' });
    await holdsEachOnce('once', 70);
    host = await host.reopen();
    server.send(0, ...numbered(70, 80));
    await holdsEachOnce('once', 80);
    await server.stop();
    await untilTold(host, 'once', /127\.0\.0\.1\/orders/, 'waiting');
    await server.start();
    server.send(0, ...numbered(80, 90));
    await holdsEachOnce('once', 90);
    const info = await streamInfo(host, 'once');
    expect(info).toMatchObject({
      rows: 90,
      lost: 0,
      positions: { 'orders/0': '60', 'orders/1': '30' },
    });
    expect(JSON.stringify(info)).not.toContain('c2VjcmV0LWtleS03OTEz');
    expect(server.tokens[0]).toMatch(/^SharedAccessSignature .*skn=listen/);
  });

  it('fills columns from the properties of events, those of IoT Hub among them', async () => {
    const at = Date.UTC(2024, 4, 1, 10, 0, 0, 250);
    server.send(1, {
      body: '{"temperature": 21.5, "big": 9223372036854775807}',
      properties: { alarm: 'no', floor: 3 },
      annotations: {
        'iothub-connection-device-id': 'boiler-7',
        'iothub-enqueuedtime': rhea.types.wrap_timestamp(at),
        'iothub-message-source': 'Telemetry',
      },
      partitionKey: 'boiler-7',
      messageId: 'm-1',
    });
    await create('iot', {
      columns: [
        { name: 'device', type: 'string', path: '@iothub-connection-device-id' },
        { name: 'enqueued', type: 'datetime', path: '@iothub-enqueuedtime' },
        { name: 'kind', type: 'string', path: '@iothub-message-source' },
        { name: 'key', type: 'string', path: '@key' },
        { name: 'headers', type: 'dynamic', path: '@headers' },
        { name: 'sequence', type: 'long', path: '@sequenceNumber' },
        { name: 'eventOffset', type: 'string', path: '@eventOffset' },
        { name: 'hub', type: 'string', path: '@hub' },
        { name: 'partition', type: 'string', path: '@partition' },
        { name: 'message', type: 'string', path: '@messageId' },
        { name: 'sent', type: 'datetime', path: '@timestamp' },
        { name: 'big', type: 'long', path: '$.big' },
      ],
    });
    await untilRows(host, 'iot', 1);
    expect(
      await host.query(
        'iot | project device, enqueued, kind, key, floor = tostring(headers.floor), sequence, eventOffset, hub, partition, message, big, sent > ago(1h)',
      ),
    ).toEqual([
      [
        ...['boiler-7', '2024-05-01T10:00:00.2500000Z', 'Telemetry', 'boiler-7', '3'],
        ...['0', '0', 'orders', '1', 'm-1', '9223372036854775807', 'true'],
      ],
    ]);
  });

  it('begins at the latest, at a time, or at sequence numbers', async () => {
    server.send(0, ...numbered(0, 5));
    const columns = [{ name: 'n', type: 'long', path: '$.n' }];
    await create('newest', { columns, start: { from: 'latest' } });
    await until('the place is stored', async () => {
      const { positions } = await streamInfo(host, 'newest');
      return positions['orders/0'] === '5';
    });
    // A moment later than the first events, which a clock of milliseconds tells apart.
    await new Promise((resolve) => setTimeout(resolve, 5));
    const time = new Date().toISOString();
    server.send(0, ...numbered(5, 8));
    await untilRows(host, 'newest', 3);
    await create('timed', { columns, start: { from: 'time', time } });
    await untilRows(host, 'timed', 3);
    await create('placed', {
      columns,
      start: { from: 'positions', positions: { 'orders/0': '6' } },
    });
    await untilRows(host, 'placed', 2);
    const lists = 'summarize strcat_array(array_sort_asc(make_list(n)), " ")';
    expect(await host.query(`newest | ${lists}`)).toEqual([['5 6 7']]);
    expect(await host.query(`timed | ${lists}`)).toEqual([['5 6 7']]);
    expect(await host.query(`placed | ${lists}`)).toEqual([['6 7']]);
  });

  it('counts and says what retention took, and reads a hub made anew from its start', async () => {
    server.send(0, ...numbered(0, 10));
    await create('kept');
    await holdsEachOnce('kept', 10);
    await host.client.call('streams.pause', { name: 'kept' });
    server.send(0, ...numbered(10, 30));
    server.forget(0, 25);
    await host.client.call('streams.resume', { name: 'kept' });
    await untilRows(host, 'kept', 15);
    const info = await untilTold(host, 'kept', /deleted 15 records before they were read/);
    expect(info.lost).toBe(15);
    await host.client.call('streams.pause', { name: 'kept' });
    server.makeAnew();
    server.send(0, ...numbered(100, 103));
    await host.client.call('streams.resume', { name: 'kept' });
    await untilRows(host, 'kept', 18);
    expect((await untilTold(host, 'kept', /was made anew/)).lost).toBe(15);
  });

  it('shows partitions, and events without taking them in', async () => {
    server.send(0, ...numbered(0, 30));
    const { source, secret } = sourceOfEventHubs(eventHubsAddress(server.connectionString()));
    const { topics } = await host.client.call('streams.browse', { source, secret });
    expect(topics).toMatchObject([
      {
        name: 'orders',
        partitions: [
          { partition: 0, low: '0', high: '30' },
          { partition: 1, low: '0', high: '0' },
        ],
      },
    ]);
    const { records } = await host.client.call('streams.peek', { source, secret, records: 3 });
    expect(records.map((r) => r.value).toSorted()).toEqual(['{"n":27}', '{"n":28}', '{"n":29}']);
  });

  it('says what is wrong: a key that is refused, no key, a string for another hub', async () => {
    server.refusing = true;
    const columns = [{ name: 'n', type: 'long', path: '$.n' }];
    await create('refused', { columns });
    const info = await untilTold(
      host,
      'refused',
      /Check that the key belongs to the hub/,
      'waiting',
    );
    expect(info.message).not.toContain('SharedAccessSignature');
    const { source } = sourceOfEventHubs(eventHubsAddress(server.connectionString()));
    await expect(host.client.call('streams.browse', { source })).rejects.toMatchObject({
      code: 'no_secret',
    });
    const other = server.connectionString().replace('EntityPath=orders', 'EntityPath=other');
    await expect(
      host.client.call('streams.browse', { source, secret: other }),
    ).rejects.toMatchObject({ code: 'other_hub' });
  });
});
