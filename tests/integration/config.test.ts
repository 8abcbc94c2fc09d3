import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestHost, type TestHost } from './support/test-host.ts';

const CLI = fileURLToPath(new URL('../../main/cli/index.ts', import.meta.url));
const TIMEOUT_MS = 180_000;
const BROKER = { brokers: ['127.0.0.1:1'] };

let host: TestHost;
let other: TestHost;
const folder = mkdtempSync(join(tmpdir(), 'config-test-'));

beforeAll(() => {
  host = openTestHost();
  other = openTestHost();
});

afterAll(async () => {
  await host.close();
  await other.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Config {
  [section: string]: { [member: string]: unknown }[];
}

const exported = async (from: TestHost) => {
  const { text, secrets } = await from.client.call('config.export', {});
  return { text, secrets, json: JSON.parse(text) as Config };
};
const imported = (into: TestHost, text: string, more: object = {}) =>
  into.client.call('config.import', { text, ...more });
const problem = (text: string) =>
  imported(other, text, { dryRun: true }).then(
    () => ({ at: 'fine', line: 0, message: '', hints: '' }),
    (e: {
      message: string;
      hints: string[];
      span?: { start: number; length: number; line: number };
    }) => ({
      at: e.span ? text.slice(e.span.start, e.span.start + e.span.length) : 'nowhere',
      line: e.span?.line,
      message: e.message,
      hints: e.hints.join(' '),
    }),
  );

describe('a configuration', () => {
  it(
    'goes from one desk to another without its secrets, and a second time changes nothing',
    async () => {
      await host.query('.create table Orders (id: long, at: datetime)');
      await host.client.call('streams.create', {
        definition: {
          name: 'orders',
          database: 'Local',
          table: 'Orders',
          source: {
            kind: 'kafka',
            cluster: {
              ...BROKER,
              sasl: { mechanism: 'plain', username: 'me' },
              tls: { key: '-----BEGIN PRIVATE KEY-----x' },
            },
            topics: ['orders'],
          },
        },
        secret: 'hunter2',
      });
      await host.client.call('streams.pause', { name: 'orders' });
      await host.query(
        '.create-or-alter pipeline P ```{"source": {"kind": "table", "table": "Orders"}, "destination": {"kind": "table", "table": "Copy"}}```',
      );
      await host.client.call('alerts.save', {
        definition: {
          name: 'A',
          database: 'Local',
          query: 'Orders | where id < 0',
          trigger: { on: 'demand' },
          webhook: {
            url: 'https://example.com/hook',
            headers: { Authorization: 'Basic aGk=', 'X-Team': 'ops' },
          },
        },
        secret: 'bearer-1',
      });
      await host.query(
        `.create external table Ext (a: long) kind=storage dataformat=csv (@"${folder}")`,
      );

      const { text, json, secrets } = await exported(host);
      for (const hidden of ['hunter2', 'PRIVATE KEY', 'bearer-1', 'aGk='])
        expect(text).not.toContain(hidden);
      expect(text).toContain('"X-Team": "ops"');
      expect(Object.keys(json)).toEqual([
        '$schema',
        'version',
        'tables',
        'externalTables',
        'streams',
        'pipelines',
        'alerts',
      ]);
      expect(json.streams?.[0]).toMatchObject({
        name: 'orders',
        paused: true,
        secrets: {
          secret: 'CALYPSO_STREAM_ORDERS',
          'source.cluster.tls.key': 'CALYPSO_STREAM_ORDERS_SOURCE_CLUSTER_TLS_KEY',
        },
      });
      expect(secrets.map(({ name }) => name).sort()).toEqual([
        'CALYPSO_ALERT_LOCAL_A',
        'CALYPSO_ALERT_LOCAL_A_WEBHOOK_HEADERS_AUTHORIZATION',
        'CALYPSO_STREAM_ORDERS',
        'CALYPSO_STREAM_ORDERS_SOURCE_CLUSTER_TLS_KEY',
      ]);

      const plan = await imported(other, text, { dryRun: true });
      expect(plan.changes.map(({ kind, name, action }) => [kind, name, action])).toEqual([
        ['table', 'Orders', 'create'],
        ['externalTable', 'Ext', 'create'],
        ['stream', 'orders', 'create'],
        ['pipeline', 'P', 'create'],
        ['alert', 'A', 'create'],
      ]);
      expect(plan.secrets.every(({ held }) => !held)).toBe(true);
      expect(await other.query('.show tables | count')).toEqual([['0']]);
      await expect(imported(other, text)).rejects.toMatchObject({
        code: 'secrets_needed',
        message: expect.stringContaining('CALYPSO_STREAM_ORDERS (stream orders)'),
      });
      expect(await other.query('.show tables | count')).toEqual([['0']]);

      const values = Object.fromEntries(secrets.map(({ name }) => [name, `value of ${name}`]));
      const done = await imported(other, text, { secrets: values });
      expect(done.changes.filter((c) => c.problem !== '')).toEqual([]);
      expect(await other.query('.show stream orders | project State')).toEqual([['paused']]);
      const again = await exported(other);
      expect(again.json).toEqual(json);
      expect(again.text).not.toContain('value of');
      const second = await imported(other, text);
      expect(new Set(second.changes.map(({ action }) => action))).toEqual(new Set(['same']));
      expect(second.secrets.filter(({ name }) => name === 'CALYPSO_STREAM_ORDERS')).toMatchObject([
        { held: true },
      ]);
    },
    TIMEOUT_MS,
  );

  it('says what would change, and changes only that', async () => {
    const { json } = await exported(other);
    const [pipeline = {}] = json.pipelines ?? [];
    const changed = {
      version: 1,
      pipelines: [{ ...pipeline, transform: 'where id > 5', trigger: { on: 'arrival' } }],
    };
    const text = JSON.stringify(changed, null, 2);
    const { changes } = await imported(other, text, { dryRun: true });
    expect(changes).toMatchObject([
      { name: 'P', action: 'change', differences: expect.arrayContaining(['transform']) },
    ]);
    await imported(other, text);
    expect((await exported(other)).json.pipelines?.[0]).toMatchObject({
      transform: 'where id > 5',
      trigger: { on: 'arrival', afterSeconds: 1 },
    });
    expect((await exported(other)).json.streams).toEqual(json.streams);
    // What can't be made is told, and the rest is made.
    const wrong = {
      version: 1,
      pipelines: [
        { ...pipeline, name: 'Q', source: { kind: 'table', table: 'Nope' } },
        { ...pipeline, name: 'R' },
      ],
    };
    const done = await imported(other, JSON.stringify(wrong));
    expect(done.changes.map(({ name, problem: why }) => [name, why === ''])).toEqual([
      ['Q', false],
      ['R', true],
    ]);
    expect(await other.query('.show pipelines | project PipelineName')).toEqual([['P'], ['R']]);
  });

  it('that is wrong is refused with its place and what to do', async () => {
    const stream = (members: string): string =>
      `{\n  "version": 1,\n  "streams": [\n    {"name": "s", "database": "Local", "table": "T", ${members}}\n  ]\n}`;
    expect(await problem('{"version": 1, "streams": [}')).toMatchObject({
      at: '}',
      message: expect.stringContaining('a value is expected'),
    });
    expect(await problem('{"version": 2}')).toMatchObject({ at: '2' });
    expect(await problem('{"version": 1, "stream": []}')).toMatchObject({
      at: '[]',
      hints: expect.stringContaining('streams'),
    });
    expect(
      await problem(
        stream('"source": {"kind": "kafka", "cluster": {"brokers": ["x"]}, "topics": ["t"]}'),
      ),
    ).toMatchObject({
      at: '"x"',
      line: 4,
      message: expect.stringContaining('streams[0].source.cluster.brokers[0]'),
    });
    expect(
      await problem(
        stream(
          '"source": {"kind": "kafka", "cluster": {"brokers": ["x:1"]}, "topics": ["t"]}, "password": "pw"',
        ),
      ),
    ).toMatchObject({ at: '"pw"', hints: expect.stringContaining('"secrets"') });
    expect(
      await problem(
        '{"version": 1, "tables": [{"database": "Local", "name": "T", "columns": [{"name": "a", "type": "text"}]}]}',
      ),
    ).toMatchObject({ at: '"text"' });
    const table = '{"database": "Local", "name": "T", "columns": [{"name": "a", "type": "long"}]}';
    expect(await problem(`{"version": 1, "tables": [${table}, ${table}]}`)).toMatchObject({
      message: expect.stringContaining('another table named T'),
    });
    // Nothing of a wrong file has been made.
    expect(await other.query('.show tables | where TableName == "T" | count')).toEqual([['0']]);
  });
});

it(
  'the command line writes a file and takes it in, with secrets of the environment',
  async () => {
    const calypso = (args: string[], env: NodeJS.ProcessEnv = {}) =>
      new Promise<{ code: number; out: string; error: string }>((resolve) => {
        execFile(
          process.execPath,
          [CLI, ...args],
          { env: { ...process.env, ...env } },
          (error, out, err) =>
            resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, error: err }),
        );
      });
    const file = join(folder, 'calypso.json');
    const data = join(folder, 'desk');
    const first = await calypso(['config', 'export', file, '--data', host.folder]);
    expect(first).toMatchObject({ code: 0 });
    expect(first.error).toContain('CALYPSO_STREAM_ORDERS has to hold the secret of stream orders');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual((await exported(host)).json);

    const plan = await calypso(['config', 'import', file, '--dry-run', '--data', data]);
    expect(plan.out).toContain('stream orders: would be made');
    expect(plan.out).toContain('needed: CALYPSO_STREAM_ORDERS');
    expect(await calypso(['config', 'import', file, '--data', data])).toMatchObject({
      code: 1,
      error: expect.stringContaining('CALYPSO_STREAM_ORDERS'),
    });
    const env = Object.fromEntries(
      (await exported(host)).secrets.map(({ name }) => [name, 'secret']),
    );
    const done = await calypso(['config', 'import', file, '--data', data], env);
    expect(done).toMatchObject({
      code: 0,
      out: expect.stringContaining('pipeline Local.P: was made'),
    });
    expect((await calypso(['config', 'import', file, '--data', data])).out).toContain(
      'stream orders: as it is',
    );

    writeFileSync(file, '{"version": 1,\n "pipelines": [{"name": 5}]}');
    expect(await calypso(['config', 'import', file, '--data', data])).toMatchObject({
      code: 1,
      error: expect.stringMatching(/2:\d+|line 2/),
    });
    expect((await calypso(['config', 'import'])).code).toBe(2);
  },
  TIMEOUT_MS,
);
