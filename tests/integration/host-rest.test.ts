import { request as httpRequest, type IncomingMessage } from 'node:http';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Headless, serve } from '../../main/headless.ts';
import { SILENT } from '../../main/host/logger.ts';
import { type Frame, RestFace } from './support/rest-face.ts';

const rest = new RestFace();
const { bearer, post, send, v2 } = rest;

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

describe('request properties', () => {
  const ask = async (csl: string, Options: object): Promise<unknown> =>
    (await v2(csl, { db: 'Samples', properties: { Options } }))[2]?.Rows;
  const between =
    "Flights | where ['date'] between (datetime(2001-01-02) .. datetime(2001-01-03)) | count";

  it('say what time it is', async () => {
    const when = [['2024-02-29T00:00:00.0000000Z']];
    expect(await ask('print now()', { query_now: 'datetime(2024-02-29)' })).toEqual(when);
    expect(await ask('set query_now = datetime(2024-02-29); print now()', {})).toEqual(when);
  });

  it('bound the time of all tables that have the column', async () => {
    const scope = {
      query_datetimescope_column: 'date',
      query_datetimescope_from: 'datetime(2001-01-02)',
      query_datetimescope_to: '2001-01-03T00:00:00Z',
    };
    expect(await ask('Flights | count', scope)).toEqual(await ask(between, {}));
    expect(await ask('BirdStrikes | count', scope)).toEqual(await ask('BirdStrikes | count', {}));
  });

  it.each([
    [{ query_now: 'soon' }, 'query_now'],
    [{ query_datetimescope_to: 'datetime(2024-01-01)' }, 'query_datetimescope_column'],
    [{ query_language: 'sql' }, 'T-SQL'],
    [{ query_language: 'klingon' }, 'klingon'],
    [{ results_error_reporting_placement: 'nowhere' }, 'end_of_table'],
    [{ truncationmaxrecords: 'many' }, 'truncationmaxrecords'],
  ])('%j is refused', async (Options, word) => {
    const { status, text } = await post('/v2/rest/query', {
      csl: 'print 1',
      properties: { Options },
    });
    expect(status).toBe(400);
    expect(text).toContain(word);
  });

  it('take no harm from what is not known', async () => {
    const Options = {
      queryconsistency: 'weakconsistency',
      query_weakconsistency_session_id: 'x',
      materialized_view_shuffle_query: [{ Name: 'V' }],
      request_app_name: 'test',
      something_new: 1,
    };
    expect(await ask('print 1', Options)).toEqual([[1]]);
  });

  it('forbid changes', async () => {
    const csl = '.create table Forbidden (a: long)';
    const byOption = { csl, properties: { Options: { request_readonly: true } } };
    expect((await post('/v1/rest/mgmt', byOption)).status).toBe(403);
    expect((await post('/v1/rest/mgmt', { csl }, { 'x-ms-readonly': '' })).status).toBe(403);
    const show = await post('/v1/rest/mgmt', { csl: '.show tables' }, { 'x-ms-readonly': '1' });
    expect(show.status).toBe(200);
    expect(show.text).not.toContain('Forbidden');
  });
});

describe('a limit that is passed', () => {
  const csl = 'range x from 1 to 5000 step 1';
  const limit = { truncationmaxrecords: 1_200 };

  it('ends the rows with an error among them', async () => {
    const frames = await v2(csl, { properties: { Options: limit } });
    const rows = frames.find((f) => f.TableKind === 'PrimaryResult')?.Rows ?? [];
    expect(rows).toHaveLength(1_201);
    expect(rows[1_199]).toEqual([1_200]);
    expect(rows[1_200]).toMatchObject({
      OneApiErrors: [{ error: { code: 'LimitsExceeded', '@permanent': false } }],
    });
    const completion = frames.find((f) => f.TableKind === 'QueryCompletionInformation');
    expect(completion?.Rows?.[0]?.slice(5, 8)).toEqual([2, 'Error', -2_133_196_797]);
    expect(frames.at(-1)).toMatchObject({
      HasErrors: true,
      Cancelled: false,
      OneApiErrors: [{ error: { code: 'LimitsExceeded' } }],
    });
  });

  it.each([
    ['end_of_table', 1],
    ['end_of_dataset', 0],
  ])('can be told of at the %s', async (results_error_reporting_placement, atTable) => {
    const frames = await v2(csl, {
      properties: {
        Options: {
          ...limit,
          results_error_reporting_placement,
          results_v2_fragment_primary_tables: true,
        },
      },
    });
    const rows = frames.filter((f) => f.FrameType === 'TableFragment').flatMap((f) => f.Rows ?? []);
    expect(rows).toHaveLength(1_200);
    const completion = frames.find((f) => f.FrameType === 'TableCompletion');
    expect(completion).toMatchObject({ RowCount: 1_200 });
    expect(completion?.OneApiErrors ?? []).toHaveLength(atTable);
    expect(frames.at(-1)).toMatchObject({ HasErrors: true });
  });

  it('ends a v1 answer', async () => {
    const { status, text } = await post('/v1/rest/query', { csl, properties: { Options: limit } });
    expect(status).toBe(200);
    const answer = JSON.parse(text) as { Tables: { Rows: unknown[] }[]; Exceptions: string[] };
    expect(answer.Tables).toHaveLength(1);
    expect(answer.Tables[0]?.Rows).toHaveLength(1_201);
    expect(answer.Tables[0]?.Rows.at(-1)).toEqual({ Exceptions: answer.Exceptions });
    expect(answer.Exceptions[0]).toContain('E_QUERY_RESULT_SET_TOO_LARGE');
  });

  it('may be a number of bytes, and may be lifted', async () => {
    const bytes = await v2(csl, { properties: { Options: { truncationmaxsize: 20_000 } } });
    expect(bytes.at(-1)).toMatchObject({ HasErrors: true });
    const lifted = await v2(csl, { properties: { Options: { ...limit, notruncation: true } } });
    expect(lifted[2]?.Rows).toHaveLength(5_000);
  });
});

describe('frames', () => {
  it('are in fragments without progress when that is asked for', async () => {
    const frames = await v2('range x from 1 to 2500 step 1', {
      properties: { Options: { results_v2_fragment_primary_tables: true } },
    });
    expect(frames[0]).toMatchObject({ IsProgressive: false, IsFragmented: true });
    const kinds = new Set(frames.map((f) => f.FrameType));
    expect(kinds.has('TableFragment')).toBe(true);
    expect(kinds.has('TableProgress')).toBe(false);
  });

  it('say how far they are, in pieces of the size that is asked for', async () => {
    const frames = await v2('range x from 1 to 2500 step 1', {
      properties: {
        Options: { results_progressive_enabled: true, query_results_progressive_row_count: 1_000 },
      },
    });
    const fragments = frames.filter((f) => f.FrameType === 'TableFragment');
    expect(fragments.map((f) => [f.Rows?.length, f.FieldCount])).toEqual([
      [1_000, 1],
      [1_000, 1],
      [500, 1],
    ]);
    expect(frames.filter((f) => f.FrameType === 'TableProgress').at(-1)).toMatchObject({
      TableProgress: 100,
    });
  });

  it('print many rows as they print few', async () => {
    const csl = `${EVERY_TYPE}, nos = tostring(dynamic(null)), b0 = bool(null), d0 = datetime(null), t0 = 1d,
      dec0 = decimal(null), g0 = guid(null), o0 = dynamic(null), o1 = dynamic("a\\"b"), r0 = 0.1, r1 = 1e300
      | extend k = range(1, 1500) | mv-expand k to typeof(long) | project-away k`;
    for (const path of ['/v2/rest/query', '/v1/rest/query']) {
      const few = await post(path, { csl: `${csl} | take 1` });
      const many = await post(path, { csl });
      expect([few.status, many.status], few.text).toEqual([200, 200]);
      const [, row = 'missing'] = /"Rows":\[(\[(?:true|1),-1.*?\])\]\}/.exec(few.text) ?? [];
      expect(many.text.split(row).length - 1, row).toBe(1_500);
    }
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

describe('a long answer', () => {
  const csl = 'range x from 1 to 1500000 step 1 | extend s = strcat("row ", x)';
  let made = 0;
  let released = 0;
  let watched: Headless;

  beforeAll(async () => {
    const { host } = rest.test;
    const counted: typeof host = {
      ...host,
      jsonRows: (request, signal) => {
        made++;
        return host.jsonRows(request, signal);
      },
      handlers: {
        ...host.handlers,
        'query.release': (params, context) => {
          released += params.resultIds.length;
          return host.handlers['query.release'](params, context);
        },
      },
    };
    watched = await serve({
      host: counted,
      renderer: pathToFileURL(`${rest.site}/`),
      logger: SILENT,
      auth: 'none',
    });
  });
  afterAll(() => watched.close());

  const begin = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(`${watched.endpoint}/v2/rest/query`, { method: 'POST' }, resolve);
      request.on('error', reject);
      request.end(JSON.stringify({ csl }));
    });
  /** Resolves when a number has stopped to change. */
  const settled = async (read: () => number): Promise<number> => {
    for (let last = -1; ; ) {
      if (read() === last) return last;
      last = read();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  };

  it('is made no faster than it is read', async () => {
    const answer = await begin();
    await new Promise((resolve) => answer.once('readable', resolve));
    const ahead = await settled(() => made);
    const frames = JSON.parse(Buffer.concat(await answer.toArray()).toString()) as Frame[];
    expect(frames[2]?.Rows).toHaveLength(1_500_000);
    // What the sockets hold is some megabytes of some thirty-five.
    expect(ahead).toBeLessThan(made / 2);
    await settled(() => released);
    expect(released).toBe(1);
  });

  it('is let go when its reader has gone', async () => {
    made = 0;
    released = 0;
    const answer = await begin();
    await new Promise((resolve) => answer.once('readable', resolve));
    answer.destroy();
    while (released === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(made).toBeLessThan(30);
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
    const missing = await post('/v1/rest/mgmt', { csl: '.get ingestion resources' });
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
