import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestHost, type TestHost } from './support/test-host.ts';

const ENGINE = new URL('../../workers/engine/engine.worker.ts', import.meta.url);
const INGEST = new URL('../../workers/ingest/ingest.worker.ts', import.meta.url);
const STREAM = new URL('../../workers/ingest/stream.worker.ts', import.meta.url);
const STORAGE = new URL('../../workers/ingest/storage.worker.ts', import.meta.url);

let folder: string;
let host: TestHost;

/** The real query worker, which dies when a file appears. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'worker-test-'));
  const program = join(folder, 'mortal.worker.ts');
  writeFileSync(
    program,
    `import { existsSync, rmSync } from 'node:fs';
import ${JSON.stringify(ENGINE.href)};
setInterval(() => {
  if (!existsSync(${JSON.stringify(join(folder, 'die'))})) return;
  rmSync(${JSON.stringify(join(folder, 'die'))});
  throw new Error('the engine has crashed');
}, 5);
`,
  );
  host = openTestHost({
    workers: { query: pathToFileURL(program), ingest: INGEST, stream: STREAM, storage: STORAGE },
  });
});

afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a crash rejects what runs, is told, and the next query works on the same data', async () => {
  await host.query('.set T <| print x = 42');
  const told = Promise.withResolvers<{ worker: string; reason: string }>();
  host.client.on('engine.restarted', told.resolve);
  const running = host.client.call('query.run', {
    queryId: 'doomed',
    text: 'range a from 1 to 100000000 step 1 | extend k = a % 10 | join kind=inner (range b from 1 to 100000000 step 1 | extend k = b % 10) on k | summarize count()',
    database: 'Local',
  });
  const outcome = running.then(
    () => 'completed',
    (error: { code: string; message: string }) => error,
  );
  writeFileSync(join(folder, 'die'), '');
  expect(await outcome).toMatchObject({
    code: 'disconnected',
    message: expect.stringContaining('the engine has crashed'),
  });
  expect(await told.promise).toMatchObject({ worker: 'query' });
  expect(await host.query('T')).toEqual([['42']]);
});
