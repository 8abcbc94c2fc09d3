import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePorts } from '../../scripts/dev/free-port.ts';
import { openTestHost, type TestHost } from '../integration/support/test-host.ts';
import { type Cluster, clusterMissing, follow, openCluster } from '../support/kafka-cluster.ts';
import { infoOf, Ledger, until, Watch } from '../support/ledger.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const missing = await clusterMissing('stream-network');
let cluster: Cluster;
let wire: TcpProxy;
let wired: string;
let host: TestHost;

beforeAll(async () => {
  if (missing) return;
  const [outside = 0, inside = 0] = await freePorts(2);
  wire = await TcpProxy.open(outside);
  wire.forwardTo(inside);
  wired = `127.0.0.1:${outside}`;
  // Whoever comes by the wire is told to stay on it; the test's own clients come by the other door.
  cluster = await openCluster({
    properties: {
      listeners: `PLAINTEXT://127.0.0.1:{port},WIRE://127.0.0.1:${inside},CONTROLLER://127.0.0.1:{controller}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:{port},WIRE://${wired}`,
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,WIRE:PLAINTEXT',
    },
  });
});

beforeEach(() => {
  if (!missing) host = openTestHost({ lazy: true });
});

afterEach(() => host?.close());

afterAll(async () => {
  await cluster?.remove();
  await wire?.close();
});

/** A value of about two kilobytes, so that a fetch has a middle. */
const WORDS = 'calypso '.repeat(250);
const wide = (values: readonly string[]): string[] =>
  values.map((value) => value.replace('}', `,"words":"${WORDS}"}`));

describe.skipIf(missing)('a stream over a bad network', () => {
  it('takes each record once while connections are reset in mid-fetch', async () => {
    const ledger = new Ledger();
    await cluster.makeTopic('wire');
    await host.query('.create table Wire (n: long, words: string)');
    await cluster.send('wire', wide(ledger.next(500)));
    await follow(host, wired, 'wire', 'Wire');
    const watch = new Watch(host, 'wire', 'Wire');
    await until('the first rows', async () => (await infoOf(host, 'wire')).rows > 0);
    for (let cut = 1; cut <= 8; cut++) {
      // From inside of the head of an answer to inside of its second megabyte.
      wire.resetAfter(40 + cut * cut * 20_000);
      while (wire.resets < cut) {
        await cluster.send('wire', wide(ledger.next(200)));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    await ledger.holds(host, 'wire', 'Wire');
    expect(await host.query(`Wire | where words != "${WORDS}" | count`)).toEqual([['0']]);
    await until('it runs', async () => (await infoOf(host, 'wire')).state === 'running');
    await watch.end();
    expect(wire.resets).toBe(8);
  });

  it('goes on where its own rows end when a second consumer of the group came and went', async () => {
    const ledger = new Ledger();
    await cluster.makeTopic('shared');
    await host.query('.create table Shared (n: long)');
    await cluster.send('shared', ledger.next(1_000));
    await follow(host, cluster.kafka.broker, 'shared', 'Shared', {
      source: {
        kind: 'kafka',
        cluster: { brokers: [cluster.kafka.broker] },
        topics: ['shared'],
        group: 'both',
      },
    });
    const watch = new Watch(host, 'shared', 'Shared');
    await ledger.holds(host, 'shared', 'Shared');

    let taken = 0;
    let joined = false;
    const second = cluster.client.consumer({ groupId: 'both', sessionTimeout: 6_000 });
    await second.connect();
    await second.subscribe({ topics: ['shared'], fromBeginning: true });
    second.on(second.events.GROUP_JOIN, ({ payload }) => {
      joined = (payload.memberAssignment.shared?.length ?? 0) > 0;
    });
    await second.run({
      // It tells the group how far it is: that must not become the stream's idea of it.
      autoCommitThreshold: 1,
      eachMessage: async () => {
        taken++;
      },
    });
    await until('the second one has partitions', async () => joined);
    while (taken < 200) {
      await cluster.send('shared', ledger.next(300));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const between = await infoOf(host, 'shared');
    expect(between.rows).toBeLessThan(ledger.sent);
    await second.disconnect();
    await cluster.send('shared', ledger.next(300));
    await ledger.holds(host, 'shared', 'Shared');
    await until('nothing waits', async () => (await infoOf(host, 'shared')).lag === 0);
    await watch.end();
    expect(await infoOf(host, 'shared')).toMatchObject({ state: 'running', lost: 0 });
  });

  it('believes its own rows, not what somebody else writes into the group', async () => {
    const ledger = new Ledger();
    await cluster.makeTopic('turned');
    await host.query('.create table Turned (n: long)');
    await cluster.send('turned', ledger.next(900));
    await follow(host, cluster.kafka.broker, 'turned', 'Turned');
    await ledger.holds(host, 'turned', 'Turned');
    for (const offset of ['0', '290']) {
      await host.client.call('streams.pause', { name: 'turned' });
      await cluster.send('turned', ledger.next(300));
      await cluster.admin((admin) =>
        admin.setOffsets({
          groupId: 'calypso-turned',
          topic: 'turned',
          partitions: [0, 1, 2].map((partition) => ({ partition, offset })),
        }),
      );
      await host.client.call('streams.resume', { name: 'turned' });
      await ledger.holds(host, 'turned', 'Turned');
    }
  });
});
