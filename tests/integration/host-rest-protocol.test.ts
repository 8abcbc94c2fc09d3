import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { HostContract } from '../../common/contract/host.ts';
import { createPeer } from '../../common/contract/peer.ts';
import { webSocketTransport } from '../../main/host/transport/websocket.ts';
import { type Answer, type Frame, PAGE, RestFace } from './support/rest-face.ts';

const rest = new RestFace();
const { bearer, post, send, v2 } = rest;

describe('streaming ingestion', () => {
  const ingest = (table: string, query: string, body: string | Buffer, headers = {}) =>
    send('POST', `/v1/rest/ingest/Local/${table}?${query}`, { ...bearer(), ...headers }, body);
  const errorOf = (answer: Answer): { code: string; '@permanent': boolean } =>
    (JSON.parse(answer.body.toString()) as { error: { code: string; '@permanent': boolean } })
      .error;

  beforeAll(async () => {
    await post('/v1/rest/mgmt', { csl: ".create table ['In take'] (a: long, b: string)" });
  });

  it.each([
    ['Csv', '1,x\n2,"y,z"\n', {}],
    ['TSV', Buffer.from('1\tx\n2\ty,z\n'), {}],
    ['psv', gzipSync('1|x\n2|y,z\n'), { 'content-encoding': 'gzip' }],
    ['Json', '{"b":"x","a":1}\n{"a":2,"b":"y,z"}\n', {}],
    ['MultiJson', '[{"b":"x","a":1},\n{"a":2,\n"b":"y,z"}]', {}],
  ])('takes %s', async (format, body, headers) => {
    await post('/v1/rest/mgmt', { csl: ".clear table ['In take'] data" });
    const answer = await ingest('In%20take', `streamFormat=${format}`, body, headers);
    expect(answer.status, answer.body.toString()).toBe(200);
    const { Tables } = JSON.parse(answer.body.toString()) as { Tables: { Rows: unknown[][] }[] };
    expect(Tables[0]?.Rows).toEqual([[2, 'Inactive', 'Unknown', null]]);
    const frames = await v2("['In take'] | order by a asc");
    expect(frames[2]?.Rows).toEqual([
      [1, 'x'],
      [2, 'y,z'],
    ]);
  });

  it('is refused without a table, a format, a mapping or a token', async () => {
    const missing = await ingest('Nowhere', 'streamFormat=csv', '1\n');
    expect([missing.status, errorOf(missing).code]).toEqual([400, 'BadRequest_EntityNotFound']);
    expect(errorOf(missing)['@permanent']).toBe(true);
    expect((await ingest('In%20take', '', '1,x\n')).status).toBe(400);
    expect((await ingest('In%20take', 'streamFormat=orc', '1,x\n')).status).toBe(400);
    expect((await ingest('In%20take', 'streamFormat=csv&mappingName=no', '1,x\n')).status).toBe(
      400,
    );
    const blob = await ingest('In%20take', 'streamFormat=csv&sourceKind=uri', '{"sourceUri":"x"}');
    expect(blob.body.toString()).toContain('not implemented');
    const sample = '/v1/rest/ingest/Samples/Flights?streamFormat=csv';
    expect((await send('POST', sample, bearer(), '1\n')).status).toBe(400);
    const closed = '/v1/rest/ingest/Local/T?streamFormat=csv';
    expect((await send('POST', closed, {}, '1\n')).status).toBe(401);
  });

  it('leaves nothing of a body that is broken', async () => {
    const before = (await v2("['In take'] | count"))[2]?.Rows;
    const answer = await ingest('In%20take', 'streamFormat=csv', 'no gzip at all', {
      'content-encoding': 'gzip',
    });
    expect(answer.status).toBe(400);
    expect((await v2("['In take'] | count"))[2]?.Rows).toEqual(before);
  });
});

describe('the protocol', () => {
  it('answers a query in the address, and never changes anything so', async () => {
    const query = new URLSearchParams({ csl: 'print x = 7', db: 'Local' });
    const answer = await send('GET', `/v2/rest/query?${query}`, bearer());
    expect((JSON.parse(answer.body.toString()) as Frame[])[2]?.Rows).toEqual([[7]]);
    const change = new URLSearchParams({ csl: '.create table T (a: long)', db: 'Local' });
    expect((await send('GET', `/v1/rest/query?${change}`, bearer())).status).toBe(403);
  });

  it.each([
    ['GET', '/v1/rest/ping', 200],
    ['HEAD', '/v1/rest/ping', 200],
    ['HEAD', '/v1/rest/auth/metadata', 200],
    ['OPTIONS', '/v2/rest/query', 204],
    ['PUT', '/v1/rest/ping', 405],
    ['GET', '/v9/rest/query', 404],
  ])('%s %s without a token is %d', async (method, path, status) => {
    expect((await send(method, path)).status).toBe(status);
  });

  it('names its verbs and its challenge', async () => {
    expect((await send('GET', '/v1/rest/mgmt', bearer())).headers.allow).toBe('POST');
    const refused = await send('POST', '/v2/rest/query', {}, '{}');
    expect(refused.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('takes a token before the path, for the Kusto API only', async () => {
    const path = `/token/${rest.face.token}`;
    expect(rest.face.clientUrl).toBe(rest.face.endpoint + path);
    const answer = await send('POST', `${path}/v2/rest/query`, {}, '{"csl":"print 1"}');
    expect(answer.status).toBe(200);
    expect((await send('POST', '/token/wrong/v2/rest/query', {}, '{"csl":"print 1"}')).status).toBe(
      401,
    );
    expect((await send('GET', `${path}/`)).status).toBe(401);
  });

  it('says that there are no queues', async () => {
    const { status, text } = await post('/v1/rest/mgmt', { csl: '.get ingestion resources' });
    expect(status).toBe(400);
    expect(text).toContain('streaming ingestion');
  });

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
    const first = await send('GET', `/?token=${rest.face.token}`);
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
    new WebSocket(`${rest.face.endpoint.replace('http', 'ws')}/rpc${query}`, { headers });

  it('serves the contract to who has the token', async () => {
    const socket = open(`?token=${rest.face.token}`);
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
    const socket = open(`?token=${rest.face.token}`, { origin: 'http://evil.example' });
    const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
    expect(error.message).toContain('403');
  });
});

describe('files', () => {
  it('come up once by their id and go down once', async () => {
    const { id, url } = await rest.test.client.call('ingest.beginUpload', {
      name: 'a.csv',
      bytes: 6,
    });
    expect((await send('PUT', url, {}, 'a\n1\n')).status).toBe(401);
    expect((await send('PUT', url, bearer(), 'a\n1\n')).status).toBe(204);
    expect((await send('PUT', url, bearer(), 'a\n2\n')).status).toBe(404);
    expect((await send('PUT', '/upload/nothing', bearer(), 'x')).status).toBe(404);
    await rest.test.client.call('ingest.dropUploads', { ids: [id] });

    const outcome = await rest.test.client.call('query.run', {
      queryId: 'export',
      text: 'print a = 1, b = "x"',
      database: 'Local',
    });
    const exported = await rest.test.client.call('query.export', {
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
