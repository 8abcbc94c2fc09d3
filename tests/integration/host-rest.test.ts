import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { HostContract } from '../../common/contract/host.ts';
import { createPeer } from '../../common/contract/peer.ts';
import { type Headless, serve } from '../../main/headless.ts';
import { SILENT } from '../../main/host/logger.ts';
import { webSocketTransport } from '../../main/host/transport/websocket.ts';
import { openTestHost, SAMPLES, type TestHost } from './support/test-host.ts';

const PAGE = '<!doctype html><title>Calypso</title>';

let test: TestHost;
let face: Headless;
let site: string;

beforeAll(async () => {
  site = mkdtempSync(join(tmpdir(), 'site-test-'));
  mkdirSync(join(site, 'assets'));
  writeFileSync(join(site, 'index.html'), PAGE);
  writeFileSync(join(site, 'assets', 'app-1234.js'), 'export {};');
  writeFileSync(join(site, '..', 'secret.txt'), 'secret');
  test = openTestHost({ samples: SAMPLES });
  face = await serve({ host: test.host, renderer: pathToFileURL(`${site}/`), logger: SILENT });
});

afterAll(async () => {
  await face.close();
  await test.close();
  rmSync(site, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Plain HTTP, because `fetch` doesn't let a test choose Host and Origin. */
function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(face.endpoint + path, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

const bearer = (): Record<string, string> => ({ authorization: `Bearer ${face.token}` });

async function post(
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Answer['headers']; text: string }> {
  const answer = await send(
    'POST',
    path,
    { ...bearer(), 'content-type': 'application/json', ...headers },
    JSON.stringify(body),
  );
  return { status: answer.status, headers: answer.headers, text: answer.body.toString() };
}

interface Frame {
  readonly FrameType: string;
  readonly TableKind?: string;
  readonly TableName?: string;
  readonly Columns?: readonly { ColumnName: string; ColumnType: string }[];
  readonly Rows?: readonly unknown[][];
  readonly [key: string]: unknown;
}

async function v2(csl: string, more: object = {}): Promise<Frame[]> {
  const { status, text } = await post('/v2/rest/query', { csl, ...more });
  expect(status, text).toBe(200);
  return JSON.parse(text) as Frame[];
}

const EVERY_TYPE = `print b = true, i = int(-1), l = 9223372036854775807, r = 1.0, n = real(nan), inf = real(-inf),
  dec = decimal(1.50), s = "a\\"\\u00e9\\n", d = datetime(2024-02-29 13:05:00.1234567), t = timespan(-1.02:03:04.5),
  g = guid(74be27de-1e4e-49d9-b579-fe0b331d3642), dyn = dynamic({"x":[1,null,"y"]}), none = long(null)`;

describe('a v2 answer', () => {
  it('has its frames in order, each on its line', async () => {
    const { text } = await post('/v2/rest/query', { csl: 'print x = 1' });
    const frames = JSON.parse(text) as Frame[];
    expect(frames.map((f) => [f.FrameType, f.TableKind])).toEqual([
      ['DataSetHeader', undefined],
      ['DataTable', 'QueryProperties'],
      ['DataTable', 'PrimaryResult'],
      ['DataTable', 'QueryCompletionInformation'],
      ['DataSetCompletion', undefined],
    ]);
    expect(frames[0]).toEqual({
      FrameType: 'DataSetHeader',
      IsProgressive: false,
      Version: 'v2.0',
      IsFragmented: false,
      ErrorReportingPlacement: 'InData',
    });
    expect(frames.at(-1)).toEqual({
      FrameType: 'DataSetCompletion',
      HasErrors: false,
      Cancelled: false,
    });
    const lines = text.split('\n');
    expect(lines).toHaveLength(frames.length + 1);
    expect(lines.slice(0, -1).map((line) => JSON.parse(line.slice(1)))).toEqual(frames);
  });

  it('writes each type as the service does', async () => {
    const { text } = await post('/v2/rest/query', { csl: EVERY_TYPE });
    expect(text).toContain(
      '"Rows":[[true,-1,9223372036854775807,1.0,"NaN","-Infinity","1.5","a\\"é\\n",' +
        '"2024-02-29T13:05:00.1234567Z","-1.02:03:04.5000000",' +
        '"74be27de-1e4e-49d9-b579-fe0b331d3642",{"x":[1,null,"y"]},null]]',
    );
    const table = (JSON.parse(text) as Frame[]).find((f) => f.TableKind === 'PrimaryResult');
    expect(table?.Columns?.map((c) => c.ColumnType)).toEqual(
      'bool int long real real real decimal string datetime timespan guid dynamic long'.split(' '),
    );
  });

  it('says how to draw it', async () => {
    const frames = await v2('print x = 1, y = 2 | render columnchart with (title="T")');
    const [[, key, value] = []] = frames[1]?.Rows ?? [];
    expect(key).toBe('Visualization');
    expect(JSON.parse(String(value))).toMatchObject({
      Visualization: 'columnchart',
      Title: 'T',
      Accumulate: false,
    });
  });

  it('has a table per statement', async () => {
    const frames = await v2('print 1; print 2');
    const primary = frames.filter((f) => f.TableKind === 'PrimaryResult');
    expect(primary.map((f) => f.Rows)).toEqual([[[1]], [[2]]]);
  });

  it('goes on past one window of rows', async () => {
    const frames = await v2('range x from 1 to 25000 step 1');
    const rows = frames.find((f) => f.TableKind === 'PrimaryResult')?.Rows ?? [];
    expect(rows).toHaveLength(25_000);
    expect(rows.at(-1)).toEqual([25_000]);
  });

  it('comes in fragments when that is asked for', async () => {
    const frames = await v2('range x from 1 to 25000 step 1', {
      properties: { Options: { results_progressive_enabled: true } },
    });
    expect(frames[0]).toMatchObject({ IsProgressive: true });
    const fragments = frames.filter((f) => f.FrameType === 'TableFragment');
    expect(fragments.flatMap((f) => f.Rows ?? [])).toHaveLength(25_000);
    expect(frames.find((f) => f.FrameType === 'TableCompletion')).toMatchObject({
      RowCount: 25_000,
    });
  });

  it('heeds parameters, database and limits of the request', async () => {
    const frames = await v2('declare query_parameters(n: long); Flights | take n | count', {
      db: 'Samples',
      properties: JSON.stringify({ Parameters: { n: '3' } }),
    });
    expect(frames[2]?.Rows).toEqual([[3]]);
    const limited = await post('/v2/rest/query', {
      csl: 'range x from 1 to 10 step 1',
      properties: { Options: { truncationmaxrecords: 5 } },
    });
    expect(limited.text).toContain('E_QUERY_RESULT_SET_TOO_LARGE');
  });

  it('ends when its time is over', async () => {
    const { status, text } = await post('/v2/rest/query', {
      csl: 'range a from 1 to 100000000 step 1 | extend k = a % 10 | join kind=inner (range b from 1 to 100000000 step 1 | extend k = b % 10) on k | summarize count()',
      properties: { Options: { servertimeout: '00:00:01' } },
    });
    expect(status).toBe(504);
    expect(text).toContain('did not end within 00:00:01');
  });
});

describe('a v1 answer', () => {
  it('of a query has its tables and their list', async () => {
    const { text } = await post('/v1/rest/query', { csl: 'print b = true, l = 5' });
    const { Tables } = JSON.parse(text) as {
      Tables: { TableName: string; Columns: object[]; Rows: unknown[][] }[];
    };
    expect(Tables.map((t) => t.TableName)).toEqual(['Table_0', 'Table_1', 'Table_2', 'Table_3']);
    expect(Tables[0]).toMatchObject({
      Columns: [
        { ColumnName: 'b', DataType: 'SByte', ColumnType: 'bool' },
        { ColumnName: 'l', DataType: 'Int64', ColumnType: 'long' },
      ],
      Rows: [[1, 5]],
    });
    expect(Tables[3]?.Rows.map((row) => row.slice(0, 3))).toEqual([
      [0, 'QueryResult', 'PrimaryResult'],
      [1, 'QueryProperties', '@ExtendedProperties'],
      [2, 'QueryStatus', 'QueryStatus'],
    ]);
  });

  it('of a command is its one table', async () => {
    const { text } = await post('/v1/rest/mgmt', { csl: '.show tables', db: 'Samples' });
    const { Tables } = JSON.parse(text) as { Tables: { Rows: unknown[][] }[] };
    expect(Tables).toHaveLength(1);
    expect(Tables[0]?.Rows.map((row) => row[0])).toEqual(['BirdStrikes', 'Earthquakes', 'Flights']);
  });

  it('of a query without a database is about the default one', async () => {
    await post('/v1/rest/mgmt', { csl: '.create table FromRest (a: long)' });
    expect((await v2('FromRest | count'))[2]?.Rows).toEqual([[0]]);
    expect((await v2('FromRest | count', { db: 'NetDefaultDB' }))[2]?.Rows).toEqual([[0]]);
  });
});

describe('an error', () => {
  it('has the OneApi shape and the place in the text', async () => {
    const { status, text } = await post('/v2/rest/query', { csl: 'print 1\n| where nope > 1' });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      error: {
        code: 'General_BadRequest',
        '@type': 'Kusto.Data.Exceptions.KustoBadRequestException',
        '@message': expect.stringMatching(/Semantic error: .*nope.*\[line:position=2:9\]/),
        '@permanent': true,
        '@database': 'Local',
        innererror: { '@type': 'Kusto.Data.Exceptions.SemanticException', '@line': 2 },
      },
    });
  });

  it('tells syntax from what is not there yet, and hides secrets', async () => {
    const syntax = await post('/v2/rest/query', { csl: 'print h"top secret", (1' });
    expect(syntax.text).toContain('SyntaxException');
    expect(syntax.text).not.toContain('top secret');
    const missing = await post('/v1/rest/mgmt', { csl: '.show cluster policy caching' });
    expect(missing.text).toContain('Not implemented');
  });

  it.each([
    ['no JSON', '{'],
    ['no text', '{"db":"Local"}'],
  ])('is a bad request for a body with %s', async (_what, body) => {
    const answer = await send('POST', '/v2/rest/query', bearer(), body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body.toString())).toHaveProperty('error.code', 'General_BadRequest');
  });
});

describe('the protocol', () => {
  it('gives the ids of the request back', async () => {
    const { headers } = await post(
      '/v2/rest/query',
      { csl: 'print 1' },
      { 'x-ms-client-request-id': 'my;id' },
    );
    expect(headers['x-ms-client-request-id']).toBe('my;id');
    expect(headers['x-ms-activity-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('packs and unpacks gzip', async () => {
    const answer = await send(
      'POST',
      '/v2/rest/query',
      { ...bearer(), 'content-encoding': 'gzip', 'accept-encoding': 'gzip' },
      gzipSync('{"csl":"print 42"}'),
    );
    expect(answer.headers['content-encoding']).toBe('gzip');
    const frames = JSON.parse(gunzipSync(answer.body).toString()) as Frame[];
    expect(frames[2]?.Rows).toEqual([[42]]);
  });

  it('tells clients how to sign in without a token', async () => {
    const answer = await send('GET', '/v1/rest/auth/metadata');
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toHaveProperty('AzureAD');
  });
});

describe('access', () => {
  it('needs the token', async () => {
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'Bearer ' }]) {
      const query = await send('POST', '/v2/rest/query', headers, '{"csl":"print 1"}');
      expect(query.status).toBe(401);
      expect((await send('GET', '/', headers)).status).toBe(401);
    }
    expect((await send('GET', '/?token=wrong')).status).toBe(401);
  });

  it('turns the token of the address into a cookie', async () => {
    const first = await send('GET', `/?token=${face.token}`);
    expect(first.status).toBe(302);
    expect(first.headers.location).toBe('/');
    const [cookie = ''] = first.headers['set-cookie'] as string[];
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict$/);
    const page = await send('GET', '/', { cookie: cookie.split(';')[0] ?? '' });
    expect([page.status, page.body.toString()]).toEqual([200, PAGE]);
  });

  it('refuses other hosts and origins, with the token too', async () => {
    const rebound = await send('GET', '/', { ...bearer(), host: 'evil.example' });
    expect(rebound.status).toBe(403);
    const foreign = await send(
      'POST',
      '/v2/rest/query',
      { ...bearer(), origin: 'http://evil.example' },
      '{"csl":"print 1"}',
    );
    expect(foreign.status).toBe(403);
  });

  it('keeps files outside of the page to itself', async () => {
    for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/%00'])
      expect((await send('GET', path, bearer())).status).toBe(404);
  });

  it('sends strict headers with the page', async () => {
    const { headers } = await send('GET', '/', bearer());
    expect(headers['content-security-policy']).toContain("script-src 'self';");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-frame-options']).toBe('DENY');
    const asset = await send('GET', '/assets/app-1234.js', bearer());
    expect(asset.headers['cache-control']).toContain('immutable');
  });
});

describe('the socket', () => {
  const open = (query: string, headers: Record<string, string> = {}): WebSocket =>
    new WebSocket(`${face.endpoint.replace('http', 'ws')}/rpc${query}`, { headers });

  it('serves the contract to who has the token', async () => {
    const socket = open(`?token=${face.token}`);
    await new Promise((resolve) => socket.once('open', resolve));
    const client = createPeer<HostContract>(webSocketTransport(socket));
    const schema = await client.call('schema.get', {});
    expect(schema.databases.map((d) => d.name)).toEqual(['Local', 'Samples']);
    client.close();
  });

  it('is closed with 4401 without it', async () => {
    const socket = open('?token=wrong');
    expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(4401);
  });

  it('is refused to pages of other sites', async () => {
    const socket = open(`?token=${face.token}`, { origin: 'http://evil.example' });
    const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
    expect(error.message).toContain('403');
  });
});

describe('files', () => {
  it('come up once by their id and go down once', async () => {
    const { id, url } = await test.client.call('ingest.beginUpload', { name: 'a.csv', bytes: 6 });
    expect((await send('PUT', url, {}, 'a\n1\n')).status).toBe(401);
    expect((await send('PUT', url, bearer(), 'a\n1\n')).status).toBe(204);
    expect((await send('PUT', url, bearer(), 'a\n2\n')).status).toBe(404);
    expect((await send('PUT', '/upload/nothing', bearer(), 'x')).status).toBe(404);
    await test.client.call('ingest.dropUploads', { ids: [id] });

    const outcome = await test.client.call('query.run', {
      queryId: 'export',
      text: 'print a = 1, b = "x"',
      database: 'Local',
    });
    const exported = await test.client.call('query.export', {
      resultId: outcome.results[0]?.resultId ?? '',
      format: 'csv',
      name: 'result é',
    });
    const down = await send('GET', exported.url ?? '', bearer());
    expect(down.body.toString().replaceAll('\r', '')).toBe('a,b\n1,x\n');
    expect(down.headers['content-disposition']).toContain("filename*=UTF-8''result%20%C3%A9.csv");
    expect((await send('GET', exported.url ?? '', bearer())).status).toBe(404);
  });
});
