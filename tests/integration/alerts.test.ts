import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AlertEvent } from '../../common/contract/alerts.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

const WAIT_MS = 60_000;
const TIMEOUT_MS = 120_000;

interface Received {
  readonly event: AlertEvent;
  readonly delivery: string;
  readonly authorization: string;
}

let host: TestHost;
let server: Server;
let port = 0;
/** What the receiver answers, first to last; then 200. */
let answers: number[] = [];
const received: Received[] = [];

beforeEach(async () => {
  received.length = 0;
  answers = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      received.push({
        event: JSON.parse(body) as AlertEvent,
        delivery: String(request.headers['x-delivery-id']),
        authorization: String(request.headers.authorization),
      });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
  host = openTestHost({ allow: { httpHosts: [`127.0.0.1:${port}`] } });
});

afterEach(async () => {
  await host.close();
  await new Promise((resolve) => server.close(resolve));
});

async function until(what: () => unknown | Promise<unknown>): Promise<void> {
  const end = Date.now() + WAIT_MS;
  while (!(await what())) {
    if (Date.now() > end) throw new Error('It did not come to pass.');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

const save = (definition: object, secret?: string) =>
  host.client.call('alerts.save', {
    definition: { database: 'Local', ...definition } as never,
    ...(secret === undefined ? {} : { secret }),
  });
const state = async (name: string) =>
  (await host.client.call('alerts.list', {})).alerts.find((a) => a.definition.name === name);

it(
  'new rows set an alert off once per incident, with a row, an event and a webhook',
  async () => {
    const events: string[] = [];
    host.client.on('alerts.event', (event) => events.push(`${event.kind} ${event.notify}`));
    answers = [503, 500];
    await host.query('.set Load <| print cpu = 1.0, host = "old", at = now() | where false');
    await save(
      {
        name: 'hot',
        query: 'Load | summarize cpu = max(cpu), host = take_any(host)',
        over: ['Load'],
        condition: { kind: 'value', column: 'cpu', is: 'above', limit: 90, back: 80 },
        trigger: { on: 'arrival', afterSeconds: 0 },
        severity: 'error',
        message: 'CPU at {cpu} on {host}',
        webhook: { url: `http://127.0.0.1:${port}/hook`, attempts: 5 },
      },
      'token-1',
    );
    const load = async (cpu: number): Promise<void> => {
      const before = (await state('hot'))?.lastRun?.run ?? 0;
      await host.query(`.append Load <| print cpu = ${cpu}.0, host = "h1", at = now()`);
      await until(async () => {
        const last = (await state('hot'))?.lastRun;
        return last && last.run > before && last.state === 'completed';
      });
    };
    await load(50);
    expect((await state('hot'))?.state).toBe('quiet');
    await load(95);
    await load(99);
    // Between the two limits the incident goes on.
    await load(85);
    expect((await state('hot'))?.state).toBe('firing');
    await load(70);
    expect(await state('hot')).toMatchObject({ state: 'quiet', incident: '', since: '' });
    expect(events).toEqual(['fired true', 'resolved true']);
    expect(await host.query('_alerts | sort by At asc | project Kind, Value, Message')).toEqual([
      ['fired', '95', 'CPU at 95 on h1'],
      ['resolved', '70', 'CPU at 70 on h1'],
    ]);
    await until(() => received.length >= 4);
    // Two refusals, then the same delivery once more; the second event waits for it.
    expect(received.map(({ event }) => event.kind)).toEqual([
      'fired',
      'fired',
      'fired',
      'resolved',
    ]);
    expect(new Set(received.slice(0, 3).map(({ delivery }) => delivery)).size).toBe(1);
    expect(received[0]).toMatchObject({
      authorization: 'Bearer token-1',
      event: { alert: 'hot', severity: 'error', rows: 1, value: 95, sample: [{ host: 'h1' }] },
    });
    expect(new Set(received.map(({ event }) => event.incident)).size).toBe(1);
    await until(async () => (await state('hot'))?.waitingDeliveries === 0);
  },
  TIMEOUT_MS,
);

it(
  'an incident, what is not delivered and rows not looked at outlive the program',
  async () => {
    answers = Array.from({ length: 3 }, () => 503);
    await host.query('.create table E (x: long)');
    await save({
      name: 'any',
      query: 'E',
      over: ['E'],
      trigger: { on: 'interval', seconds: 1 },
      resolveAfter: 1_000,
      webhook: { url: `http://127.0.0.1:${port}/`, attempts: 10 },
    });
    await host.client.call('alerts.pause', { database: 'Local', name: 'any' });
    await host.query('.ingest inline into table E <| 1');
    host = await host.reopen();
    await host.client.call('alerts.resume', { database: 'Local', name: 'any' });
    await until(async () => (await state('any'))?.state === 'firing');
    const incident = (await state('any'))?.incident;
    await until(() => received.length > 0);
    host = await host.reopen();
    expect(await state('any')).toMatchObject({ state: 'firing', incident });
    await until(async () => (await state('any'))?.waitingDeliveries === 0);
    expect(received).toHaveLength(4);
    expect(await host.query('_alerts | project Kind, Rows')).toEqual([['fired', '1']]);
    const { events } = await host.client.call('alerts.events', { name: 'any' });
    expect(events).toMatchObject([{ kind: 'fired', incident, rows: 1 }]);
  },
  TIMEOUT_MS,
);

it('a webhook goes to allowed hosts only, and its refusal is told', async () => {
  await save({
    name: 'away',
    query: 'print 1',
    trigger: { on: 'demand' },
    webhook: { url: 'http://localhost:9/', attempts: 1 },
  });
  await host.client.call('alerts.run', { database: 'Local', name: 'away' });
  await until(async () => (await state('away'))?.deliveryMessage !== '');
  expect(await state('away')).toMatchObject({
    state: 'firing',
    waitingDeliveries: 0,
    deliveryMessage: expect.stringContaining('--allow-http localhost:9'),
  });
  expect(received).toEqual([]);
});

it('what a definition would find can be tried, and what is wrong with it is said', async () => {
  const definition = { name: 'try', database: 'Local', query: 'range x from 1 to 3 step 1' };
  expect(await host.client.call('alerts.test', { definition })).toMatchObject({
    found: true,
    event: { rows: 3, sample: [{ x: 1 }, { x: 2 }, { x: 3 }] },
  });
  await expect(
    host.client.call('alerts.test', {
      definition: {
        ...definition,
        condition: { kind: 'value', column: 'y', is: 'above', limit: 1 },
      },
    }),
  ).rejects.toMatchObject({ code: 'unknown_column' });
  await expect(save({ ...definition, query: 'Nope' })).rejects.toMatchObject({
    kind: 'semantic',
  });
  await expect(save({ ...definition, trigger: { on: 'arrival' } })).rejects.toMatchObject({
    code: 'no_arrivals',
  });
  expect(await state('try')).toBeUndefined();
  expect(await host.query('.show alerts | count')).toEqual([['0']]);
});
