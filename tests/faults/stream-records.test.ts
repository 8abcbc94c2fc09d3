import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestHost, type TestHost } from '../integration/support/test-host.ts';
import { type Cluster, clusterMissing, follow, openCluster } from '../support/kafka-cluster.ts';
import { infoOf, Ledger, until, Watch } from '../support/ledger.ts';

const missing = await clusterMissing('stream-records');
let cluster: Cluster;
let host: TestHost;

beforeAll(async () => {
  if (!missing) cluster = await openCluster();
});

beforeEach(() => {
  if (!missing) host = openTestHost({ lazy: true });
});

afterEach(() => host?.close());
afterAll(() => cluster?.remove());

/** Values that break a reader, each in its own way: by brackets alone most of them look like records. */
const POISON = [
  'no json',
  '',
  '{"n": 1',
  '{"n": 1}}',
  '{"n": 01}',
  '{"n": tru}',
  '{} {}',
  '{"n": 2, "s": "\\x"}',
  '{"n": 3, "s": "a\u0001b"}',
  '{"n": 4, "s": "\\ud800"}',
  '{"n": 5, "\\udc00": 1}',
  '},"v":{"n":99}',
  '{"n": "not a number"}',
  '{"n": 99999999999999999999}',
];

/** Values that look strange and are records all the same: each begins with its number. */
const STRANGE = [
  (n: number) => `{"n":${n},"s":"line\u2028separator"}`,
  (n: number) => `\n\t {"n": ${n},\r\n "s": "\\u0000"}\n`,
  (n: number) => `{"n":${n},"s":"\\ud83d\\ude00 \u{1f600}"}`,
  (n: number) => `{"n":"${n}","extra":{"deep":${'['.repeat(2_000)}${']'.repeat(2_000)}}}`,
  (n: number) => `{"n":${n},"N":-1,"s":["a",{"b":null}]}`,
  (n: number) => `{"n":${n},"s":",\\"v\\":{\\"n\\":7}"}`,
];

describe.skipIf(missing)('records that are not what they should be', () => {
  it('are kept aside one by one, and the others go on', async () => {
    const ledger = new Ledger();
    await cluster.makeTopic('poison');
    await host.query('.create table Poison (n: long, s: dynamic)');
    const bytes = Buffer.concat([
      Buffer.from('{"n":1,"s":"'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('"}'),
    ]);
    await cluster.send('poison', ledger.next(100));
    for (const text of POISON)
      await cluster.send('poison', [...ledger.next(3), ledger.unfit(text), ...ledger.next(3)]);
    await cluster.send('poison', [bytes, null, ...ledger.next(10)]);
    ledger.unfit(bytes.toString('base64'));
    const first = ledger.sent;
    ledger.next(STRANGE.length);
    await cluster.send(
      'poison',
      STRANGE.map((make, i) => make(first + i)),
      { partition: 1 },
    );
    await cluster.send('poison', ledger.next(100));
    await follow(host, cluster.kafka.broker, 'poison', 'Poison');
    await ledger.holds(host, 'poison', 'Poison');
    expect(
      await host.query('Poison_deadletter | where isempty(Reason) or isempty(Part) | count'),
    ).toEqual([['0']]);
    expect(
      await host.query(
        'Poison_deadletter | summarize places = count_distinct(strcat(Part, Position)), n = count()',
      ),
    ).toEqual([[`${POISON.length + 1}`, `${POISON.length + 1}`]]);
    expect((await infoOf(host, 'poison')).lost).toBe(0);
  });

  it('may change their shape: new fields are left out, what fits no column is a dead letter', async () => {
    const ledger = new Ledger();
    await cluster.makeTopic('shapes');
    await host.query('.create table Shapes (n: long, price: real, at: datetime)');
    await follow(host, cluster.kafka.broker, 'shapes', 'Shapes');
    const watch = new Watch(host, 'shapes', 'Shapes');
    const send = (fields: string, fits: boolean): Promise<void> => {
      const shaped = (text: string): string => text.replace('}', `,${fields}}`);
      const values = ledger.next(50, (n) => (fits ? undefined : shaped(JSON.stringify({ n }))));
      return cluster.send('shapes', fits ? values.map(shaped) : values);
    };
    await send('"price":1.5,"at":"2024-05-01T00:00:00Z"', true);
    await send('"price":2,"at":"2024-05-01T00:00:00Z","color":"red","more":{"a":[1]}', true);
    await send('"price":"a lot"', false);
    await send('"price":"2.5"', true);
    await send('"price":{"amount":1}', false);
    await send('"at":"yesterday"', false);
    await send('"at":null', true);
    await ledger.holds(host, 'shapes', 'Shapes');
    await watch.end();
    expect(
      await host.query(
        'Shapes | summarize count() by price, isnull(at) | sort by price asc nulls first',
      ),
    ).toEqual(
      [
        ['', 'true', '50'],
        ['1.5', 'false', '50'],
        ['2.0', 'false', '50'],
        ['2.5', 'true', '50'],
      ].map(([price = '', at = '', n = '']) => [price.replace('.0', ''), at, n]),
    );
    const [[reason = ''] = []] = await host.query(
      'Shapes_deadletter | where Value has "lot" | take 1 | project Reason',
    );
    expect(reason).toMatch(/price.*a lot.*real/);
  });

  it('follow a column that is added to the table once the stream goes on', async () => {
    const ledger = new Ledger();
    await cluster.makeTopic('grown');
    await host.query('.create table Grown (n: long)');
    await follow(host, cluster.kafka.broker, 'grown', 'Grown');
    const coloured = (): string[] => ledger.next(50).map((v) => v.replace('}', ',"color":"red"}'));
    await cluster.send('grown', coloured());
    await ledger.holds(host, 'grown', 'Grown');
    await host.client.call('streams.pause', { name: 'grown' });
    await host.query('.alter-merge table Grown (color: string)');
    await cluster.send('grown', coloured());
    await host.client.call('streams.resume', { name: 'grown' });
    await ledger.holds(host, 'grown', 'Grown');
    expect(await host.query('Grown | summarize count() by color | sort by color asc')).toEqual([
      ['', '50'],
      ['red', '50'],
    ]);
  });

  it('may be hundreds of kilobytes long', async () => {
    const ledger = new Ledger();
    await cluster.makeTopic('wide');
    await host.query('.create table Wide (n: long, s: string)');
    for (let i = 0; i < 8; i++)
      await cluster.send(
        'wide',
        ledger.next(10).map((v) => v.replace('}', `,"s":"${`${i}`.repeat(90_000)}"}`)),
      );
    for (let i = 0; i < 12; i++)
      await cluster.send(
        'wide',
        ledger.next(1).map((v) => v.replace('}', `,"s":"${`${i % 10}`.repeat(900_000)}"}`)),
      );
    await cluster.send('wide', ledger.next(20));
    await follow(host, cluster.kafka.broker, 'wide', 'Wide', {
      flush: { seconds: 2, rows: 500_000, bytes: 64 << 20 },
    });
    await ledger.holds(host, 'wide', 'Wide');
    expect(
      await host.query('Wide | summarize count() by length = strlen(s) | sort by length asc'),
    ).toEqual([
      ['0', '20'],
      ['90000', '80'],
      ['900000', '12'],
    ]);
  });

  it('are two where a producer sent them twice, whatever order their times have', async () => {
    await cluster.makeTopic('twice', 1);
    await host.query('.create table Twice (n: long, sent: datetime)');
    const { client } = cluster;
    const producer = client.producer();
    await producer.connect();
    const at = (minutes: number): string => String(Date.UTC(2024, 4, 1) - minutes * 60_000);
    await producer.send({
      topic: 'twice',
      messages: [0, 1, 2, 1, 0].map((n, i) => ({
        value: JSON.stringify({ n }),
        timestamp: at(i * 10),
      })),
    });
    await producer.disconnect();
    await follow(host, cluster.kafka.broker, 'twice', 'Twice', {
      columns: [
        { name: 'n', type: 'long', path: '$.n' },
        { name: 'sent', type: 'datetime', path: '@timestamp' },
      ],
    });
    await until('five rows', async () => (await infoOf(host, 'twice')).rows >= 5);
    expect(await host.query('Twice | sort by sent desc | project n')).toEqual(
      [0, 1, 2, 1, 0].map((n) => [String(n)]),
    );
  });
});
