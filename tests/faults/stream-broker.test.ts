import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompressionTypes } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestHost, type TestHost } from '../integration/support/test-host.ts';
import { type Cluster, clusterMissing, follow, openCluster } from '../support/kafka-cluster.ts';
import { infoOf, Ledger, until, Watch } from '../support/ledger.ts';

/** Seconds for which the broker is away; a minute with CALYPSO_AWAY=60. */
const AWAY_S = Number(process.env.CALYPSO_AWAY ?? 5);

const missing = await clusterMissing('stream-broker');
let cluster: Cluster;
let host: TestHost;
let log: string;

beforeAll(async () => {
  if (missing) return;
  log = await mkdtemp(join(tmpdir(), 'stream-broker-'));
  cluster = await openCluster({ properties: { 'log.dirs': join(log, 'data') } });
});

beforeEach(() => {
  if (!missing) host = openTestHost({ lazy: true });
});

afterEach(() => host?.close());

afterAll(async () => {
  await cluster?.remove();
  if (log) await rm(log, { recursive: true, force: true });
});

const wait = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

const stateIs = (name: string, state: string): Promise<void> =>
  until(`${name} is ${state}`, async () => (await infoOf(host, name)).state === state);

describe.skipIf(missing)('a stream whose broker', () => {
  it('stands still says so, and goes on with it', async () => {
    const ledger = new Ledger();
    await cluster.makeTopic('still');
    await host.query('.create table Still (n: long)');
    await follow(host, cluster.kafka.broker, 'still', 'Still');
    const watch = new Watch(host, 'still', 'Still');
    await cluster.send('still', ledger.next(1_000));
    await ledger.holds(host, 'still', 'Still');
    process.kill(cluster.kafka.pid, 'SIGSTOP');
    try {
      await stateIs('still', 'waiting');
      expect((await infoOf(host, 'still')).message).not.toBe('');
      await wait(AWAY_S);
    } finally {
      process.kill(cluster.kafka.pid, 'SIGCONT');
    }
    await cluster.send('still', ledger.next(1_000));
    await ledger.holds(host, 'still', 'Still');
    await stateIs('still', 'running');
    await watch.end();
  });

  it('is killed and comes back goes on, time after time', async () => {
    const ledger = new Ledger();
    await cluster.makeTopic('killed');
    await host.query('.create table Killed (n: long)');
    await follow(host, cluster.kafka.broker, 'killed', 'Killed');
    const watch = new Watch(host, 'killed', 'Killed');
    for (let round = 0; round < 2; round++) {
      await cluster.send('killed', ledger.next(1_000));
      await cluster.kafka.stop('SIGKILL');
      await stateIs('killed', 'waiting');
      await wait(AWAY_S);
      await cluster.kafka.start();
      await cluster.reconnect();
      await cluster.send('killed', ledger.next(1_000));
      await ledger.holds(host, 'killed', 'Killed');
      await stateIs('killed', 'running');
    }
    await watch.end();
    expect((await infoOf(host, 'killed')).lost).toBe(0);
  });

  it('holds a batch that does not decompress skips it, counts it and says so', async () => {
    const ledger = new Ledger();
    const gone = 20;
    await cluster.makeTopic('corrupt', 1);
    await host.query('.create table Corrupt (n: long)');
    await cluster.send('corrupt', ledger.next(50));
    const bad = Array.from({ length: gone }, (_, i) => `{"n":-1,"s":"${'bad'.repeat(100 + i)}"}`);
    await cluster.send('corrupt', bad, { compression: CompressionTypes.GZIP });
    await cluster.send('corrupt', ledger.next(50));
    await cluster.kafka.stop('SIGTERM');
    spoilGzip(join(log, 'data', 'corrupt-0'));
    await cluster.kafka.start();
    await cluster.reconnect();
    await follow(host, cluster.kafka.broker, 'corrupt', 'Corrupt');
    await ledger.holds(host, 'corrupt', 'Corrupt');
    await until('it tells the loss', async () => (await infoOf(host, 'corrupt')).lost === gone);
    await until('it says why', async () =>
      /decompress/.test((await infoOf(host, 'corrupt')).message),
    );
    // What was lost once stays so, and is not lost again.
    host = await host.reopen();
    await cluster.send('corrupt', ledger.next(50));
    await ledger.holds(host, 'corrupt', 'Corrupt');
    expect((await infoOf(host, 'corrupt')).lost).toBe(gone);
  });

  it('deletes records before they are read says how many', async () => {
    const ledger = new Ledger();
    await cluster.makeTopic('overtaken', 1);
    await host.query('.create table Overtaken (n: long)');
    await cluster.send('overtaken', ledger.next(100));
    await follow(host, cluster.kafka.broker, 'overtaken', 'Overtaken');
    await ledger.holds(host, 'overtaken', 'Overtaken');
    await host.client.call('streams.pause', { name: 'overtaken' });
    await cluster.send('overtaken', Array(40).fill('{"n":-1}'));
    await cluster.send('overtaken', ledger.next(30));
    await cluster.admin(async (admin) => {
      // kafkajs deletes records of topics only that it has looked at.
      await admin.fetchTopicOffsets('overtaken');
      const partitions = [{ partition: 0, offset: '140' }];
      await admin.deleteTopicRecords({ topic: 'overtaken', partitions });
    });
    await host.client.call('streams.resume', { name: 'overtaken' });
    await ledger.holds(host, 'overtaken', 'Overtaken');
    expect(await infoOf(host, 'overtaken')).toMatchObject({ lost: 40 });
    expect((await infoOf(host, 'overtaken')).message).toMatch(/deleted 40 records/);
  });

  it('has the topic deleted and made anew reads it from its start', async () => {
    const ledger = new Ledger();
    await cluster.makeTopic('anew');
    await host.query('.create table Anew (n: long)');
    await cluster.send('anew', ledger.next(600));
    await follow(host, cluster.kafka.broker, 'anew', 'Anew');
    const watch = new Watch(host, 'anew', 'Anew');
    await ledger.holds(host, 'anew', 'Anew');
    await cluster.admin((admin) => admin.deleteTopics({ topics: ['anew'] }));
    await until(
      'it misses the topic',
      async () => (await infoOf(host, 'anew')).state === 'waiting',
    );
    await cluster.makeTopic('anew');
    await cluster.reconnect();
    await cluster.send('anew', ledger.next(90));
    await ledger.holds(host, 'anew', 'Anew');
    await watch.end();
  });
});

/** Bytes before the records of a batch: base offset … record count (protocol guide, "Record Batch"). */
const BATCH_HEAD = 61;
const LENGTH_AT = 8;
const CODEC_AT = 22;

/** Overwrites the compressed part of every gzip batch in the log of a partition. The checksum is not looked at. */
function spoilGzip(folder: string): void {
  for (const name of readdirSync(folder).filter((f) => f.endsWith('.log'))) {
    const path = join(folder, name);
    const bytes = readFileSync(path);
    let spoiled = 0;
    for (let at = 0; at + BATCH_HEAD < bytes.length; ) {
      const end = at + LENGTH_AT + 4 + bytes.readInt32BE(at + LENGTH_AT);
      if ((bytes.readUInt8(at + CODEC_AT) & 7) === 1) {
        bytes.fill(0xa5, at + BATCH_HEAD + 20, end);
        spoiled++;
      }
      at = end;
    }
    expect(spoiled).toBeGreaterThan(0);
    writeFileSync(path, bytes);
  }
}
