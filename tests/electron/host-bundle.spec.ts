import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { HostContract } from '../../common/contract/host.ts';
import { createPeer } from '../../common/contract/peer.ts';
import { electronPortTransport } from '../../main/host/transport/message-port.ts';
import { Port } from './stand-in/ports.ts';
import { UtilityProcess } from './stand-in/utility-process.ts';

const root = join(import.meta.dirname, '..', '..');

/** The bundle as it is shipped: the workers, the migrations and the native libraries must be found from it. */
test('the bundled host answers a query over its port', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'calypso-bundle-'));
  const child = new UtilityProcess(join(root, 'dist', 'host', 'host-process.js'));
  const [near, far] = Port.pair();
  child.postMessage({
    kind: 'start',
    dataFolder,
    sampleFolder: join(root, 'samples'),
    version: '1.2.3',
  });
  child.postMessage({ kind: 'connect' }, [far]);
  const host = createPeer<HostContract>(electronPortTransport(near));

  expect((await host.call('app.info', {})).version).toBe('1.2.3');
  const outcome = await host.call('query.run', {
    queryId: 'q',
    text: 'Flights | summarize n = count() by origin | top 3 by n',
    database: 'Samples',
  });
  expect(outcome.results[0]).toMatchObject({ rowCount: 3, complete: true });

  const opened = new Promise((resolve) => host.on('shell.openFile', resolve));
  child.postMessage({ kind: 'openFile', path: '/some/query.kql' });
  expect(await opened).toEqual({ path: '/some/query.kql' });

  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.postMessage({ kind: 'stop' });
  expect(await ended).toBe(0);
  rmSync(dataFolder, { recursive: true });
});
