import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestHost } from '../integration/support/test-host.ts';
import { type Cluster, clusterMissing, follow, openCluster } from '../support/kafka-cluster.ts';
import { killAll, runAndKill } from '../support/kill.ts';
import { infoOf, Ledger, until, Watch } from '../support/ledger.ts';

const PROGRAM = fileURLToPath(new URL('../integration/programs/serve-streams.ts', import.meta.url));
const FAKETIME = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
].find(existsSync);

const missing = await clusterMissing('stream-machine');
let cluster: Cluster;

beforeAll(async () => {
  if (!missing) cluster = await openCluster();
});

afterAll(async () => {
  killAll();
  await cluster?.remove();
});

describe.skipIf(missing)('a stream on a machine', () => {
  it('whose disk fills up waits, says so, and goes on once it is freed', async (test) => {
    const disk = mkdtempSync(join(tmpdir(), 'stream-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', disk], { stdio: 'pipe' });
    } catch (error) {
      test.skip(`a small tmpfs cannot be mounted here: ${(error as Error).message.split('\n')[0]}`);
      return;
    }
    const host = openTestHost({ lazy: true }, join(disk, 'data'));
    try {
      const ledger = new Ledger();
      await cluster.makeTopic('full');
      await host.query('.create table Full (n: long)');
      await follow(host, cluster.kafka.broker, 'full', 'Full');
      await cluster.send('full', ledger.next(500));
      await ledger.holds(host, 'full', 'Full');
      const ballast = join(disk, 'ballast');
      fill(ballast);
      await until('it waits for the disk', async () => {
        await cluster.send('full', ledger.next(100));
        const { state, message } = await infoOf(host, 'full');
        return state === 'waiting' && /full|space/i.test(message);
      });
      await rm(ballast);
      await cluster.send('full', ledger.next(500));
      await ledger.holds(host, 'full', 'Full');
      await until('it runs', async () => (await infoOf(host, 'full')).state === 'running');
      expect((await infoOf(host, 'full')).lost).toBe(0);
    } finally {
      host.client.close();
      await host.host.close();
      execFileSync('umount', [disk]);
      await rm(disk, { recursive: true, force: true });
    }
  });

  it('whose clock is set back a day goes on', async (test) => {
    if (FAKETIME === undefined) {
      test.skip('libfaketime is not installed');
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), 'stream-clock-'));
    try {
      const ledger = new Ledger();
      await cluster.makeTopic('clock');
      const first = openTestHost({ lazy: true }, join(folder, 'data'));
      await first.query('.create table Clock (n: long)');
      await follow(first, cluster.kafka.broker, 'clock', 'Clock');
      first.client.close();
      await first.host.close();
      const clock = join(folder, 'clock');
      const env = {
        LD_PRELOAD: FAKETIME,
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_NO_CACHE: '1',
        // What measures spans of time goes on, as it does when somebody sets the clock of a machine.
        DONT_FAKE_MONOTONIC: '1',
      };
      writeFileSync(clock, '+0');
      await cluster.send('clock', ledger.next(500));
      const running = runAndKill(PROGRAM, [join(folder, 'data')], { lines: 30, delayMs: 0 }, env);
      let over = false;
      const ended = running.finally(() => {
        over = true;
      });
      for (let sends = 0; !over; sends++) {
        if (sends === 10) await writeFile(clock, '-1d');
        await cluster.send('clock', ledger.next(100));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await ended;
      await cluster.forgetMembers('calypso-clock');
      const last = openTestHost({ lazy: true }, join(folder, 'data'));
      try {
        const watch = new Watch(last, 'clock', 'Clock');
        await ledger.holds(last, 'clock', 'Clock');
        await watch.end();
      } finally {
        last.client.close();
        await last.host.close();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** Writes until not a byte more fits. */
function fill(path: string): void {
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${path}`, 'bs=4096'], { stdio: 'pipe' });
  } catch {
    // It ends when the disk is full: that is what it is for.
  }
}
