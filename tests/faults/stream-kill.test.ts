import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../fuzz/random.ts';
import { openTestHost } from '../integration/support/test-host.ts';
import { type Cluster, clusterMissing, follow, openCluster } from '../support/kafka-cluster.ts';
import { killAll, runAndKill } from '../support/kill.ts';
import { infoOf, Ledger } from '../support/ledger.ts';

/** Moments at which the host is killed. */
const KILLS = Number(process.env.CALYPSO_KILLS ?? 50);
const SEED = Number(process.env.CALYPSO_SEED ?? Date.now() % 2 ** 31);
const PROGRAM = fileURLToPath(new URL('../integration/programs/serve-streams.ts', import.meta.url));
/** Sent at a time, and the time between. */
const RECORDS = 100;
const PAUSE_MS = 30;
/** About how long a host takes to begin, and to commit a batch. */
const STARTING_MS = 2_000;
const COMMIT_MS = 150;

const missing = await clusterMissing('stream-kill');
const folder = mkdtempSync(join(tmpdir(), 'stream-kill-'));
let cluster: Cluster;

beforeAll(async () => {
  if (!missing) cluster = await openCluster();
});

afterAll(async () => {
  killAll();
  await cluster?.remove();
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(missing)('kill -9 of a host that tails Kafka', () => {
  it(
    `at ${KILLS} random moments, seed ${SEED}, loses no record and keeps none twice`,
    async () => {
      process.stderr.write(`stream-kill: ${KILLS} kills with CALYPSO_SEED=${SEED}\n`);
      const random = new Random(SEED, 0);
      const ledger = new Ledger();
      await cluster.makeTopic('ledger');
      const first = openTestHost({ lazy: true }, folder);
      await first.query('.create table Ledger (n: long)');
      await follow(first, cluster.kafka.broker, 'ledger', 'Ledger', {
        flush: { seconds: 0.1, rows: 400, bytes: 1 << 20 },
      });
      first.client.close();
      await first.host.close();

      // Records come all the time, so that there is something to do at every moment.
      let feeding = true;
      const feeder = (async () => {
        while (feeding) {
          const values = ledger.next(RECORDS, (n) =>
            n % 1_000 === 999 ? `poison ${n}` : undefined,
          );
          await cluster.send('ledger', values);
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
      })();
      let commits = 0;
      for (let round = 0; round < KILLS; round++) {
        // While it starts and finds its place, or after some commits: while it fetches, writes, commits, acknowledges.
        const moment = random.chance(0.25)
          ? { lines: 1, delayMs: random.int(STARTING_MS) }
          : { lines: 2 + random.int(6), delayMs: random.int(COMMIT_MS) };
        commits += (await runAndKill(PROGRAM, [folder], moment)).length - 1;
        await cluster.forgetMembers('calypso-ledger');
      }
      feeding = false;
      await feeder;
      process.stderr.write(`stream-kill: ${commits} commits of ${ledger.sent} records sent\n`);

      const last = openTestHost({ lazy: true }, folder);
      try {
        await ledger.holds(last, 'ledger', 'Ledger');
        expect(await infoOf(last, 'ledger')).toMatchObject({ state: 'running', lost: 0 });
      } finally {
        await last.close();
      }
    },
    120_000 + KILLS * 10_000,
  );
});
