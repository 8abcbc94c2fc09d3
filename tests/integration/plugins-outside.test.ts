import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testPython } from './support/python.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

/** A process that has ended and that nobody has asked after yet is none. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return !/\) [ZX]/.test(state);
}

const python = await testPython();
const MAKING_AN_ENVIRONMENT = 300_000;

let host: TestHost;
let folder: string;
let server: Server;
let address: string;
const requests: { readonly request: IncomingMessage; readonly body: string }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugins-'));
  server = createServer((request, response) => {
    void readAll(request).then((body) => {
      requests.push({ request, body });
      if (request.url === '/json') {
        response.setHeader('Content-Type', 'application/json; charset=utf-8');
        response.end('{"big": 9007199254740993, "list": [1, 2.5]}');
      } else if (request.url === '/text') response.end('plain {"x":1}');
      else if (request.url === '/away')
        response.writeHead(302, { Location: 'http://localhost:1/' }).end();
      else if (request.url === '/big') response.end('x'.repeat(200_000));
      else if (request.url === '/slow') response.write('x');
      else response.writeHead(500, 'Broken').end('it broke');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  host = openTestHost({
    allow: {
      httpHosts: [new URL(address).host],
      ...('interpreter' in python ? { python: python.interpreter } : {}),
    },
  });
}, MAKING_AN_ENVIRONMENT);

afterAll(async () => {
  await host.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

interface Failure {
  readonly message: string;
  readonly code?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

const failure = async (text: string, on = host): Promise<Failure> =>
  on.query(text).then(
    () => ({ message: 'no error' }),
    (error: unknown) => error as Failure,
  );

const set = (value: unknown) => host.client.call('settings.set', { key: 'permissions', value });

describe('infer_storage_schema', () => {
  beforeAll(async () => {
    await writeFile(join(folder, 'part-1.csv'), 'id,at,v\n1,2024-01-01T00:00:00Z,1.5\n');
    await writeFile(join(folder, 'part-2.csv'), 'id,at,v,more\n2,2024-01-02T00:00:00Z,2,x\n');
    await writeFile(join(folder, 'other.csv'), 'z\n1\n');
    await utimes(join(folder, 'part-1.csv'), 1_700_000_000, 1_700_000_000);
    await writeFile(
      join(folder, 'events.json'),
      '{"source":"DataExplorer","created_at":"2022-04-10 15:47:57","author_id":739144091473215488,"time_millisec":1547083647000}\n',
    );
  });

  const infer = async (options: object) =>
    (
      await host.query(
        `evaluate infer_storage_schema(dynamic(${JSON.stringify({ StorageContainers: [folder], DataFormat: 'csv', FileNamePrefix: 'part-', InferenceOptions: { UseFirstRowAsHeader: true }, ...options })}))`,
      )
    )[0]?.[0];

  test('of the first file, the one written last, and all', async () => {
    expect(await infer({ Mode: 'any' })).toBe('id:long, at:datetime, v:real');
    expect(await infer({})).toBe('id:long, at:datetime, v:long, more:string');
    expect(await infer({ Mode: 'all' })).toBe('id:long, at:datetime, v:real, more:string');
  });

  test('without a header the fields have numbers', async () => {
    expect(await infer({ FileNamePrefix: 'other', InferenceOptions: {} })).toBe('Column1:string');
  });

  test('suggests what the page suggests for its example', async () => {
    const [[json] = []] = await host.query(
      `evaluate infer_storage_schema_with_suggestions(dynamic({'StorageContainers':['${folder}'],'FileExtension':'.json','DataFormat':'json'}))`,
    );
    const { Columns } = JSON.parse(json ?? '') as {
      Columns: {
        RecommendedColumn: { Name: string; CslType: { type: string } };
        OriginalColumn: { CslType: { type: string } };
        ApplicableTransformationMapping: string;
      }[];
    };
    expect(
      Columns.map((c) => [
        c.RecommendedColumn.Name,
        c.OriginalColumn.CslType.type,
        c.RecommendedColumn.CslType.type,
        c.ApplicableTransformationMapping,
      ]),
    ).toEqual([
      ['source', 'string', 'string', 'None'],
      ['created_at', 'datetime', 'datetime', 'None'],
      ['author_id', 'long', 'string', 'None'],
      ['time_millisec', 'long', 'datetime', 'DateTimeFromUnixMilliseconds'],
    ]);
  });

  test('says what is wrong with its options', async () => {
    expect((await failure(`evaluate infer_storage_schema(dynamic({}))`)).message).toContain(
      'StorageContainers',
    );
    expect(
      (await failure(`evaluate infer_storage_schema(dynamic({'StorageContainers':['x']}))`))
        .message,
    ).toContain('DataFormat');
    expect(
      (
        await failure(
          `evaluate infer_storage_schema(dynamic({'StorageContainers':['/nowhere'],'DataFormat':'csv'}))`,
        )
      ).message,
    ).toContain('/nowhere is not there');
  });
});

describe('http_request', () => {
  test('parses JSON, leaves text as it is', async () => {
    expect(
      await host.query(
        `evaluate http_request('${address}/json') | project ResponseBody.big, toreal(ResponseBody.list[1]), tostring(ResponseHeaders['content-type'])`,
      ),
    ).toEqual([['9007199254740993', '2.5', 'application/json; charset=utf-8']]);
    expect(
      await host.query(`evaluate http_request('${address}/text') | project tostring(ResponseBody)`),
    ).toEqual([['plain {"x":1}']]);
  });

  test('sends headers and content, and says that it only reads', async () => {
    await host.query(
      `let body = tostring(bag_pack('a', 1)); evaluate http_request_post('${address}/json', dynamic({'x-own': 'mine'}), dynamic({}), body)`,
    );
    const last = requests.at(-1);
    expect(last?.request.method).toBe('POST');
    expect(last?.body).toBe('{"a":1}');
    expect(last?.request.headers).toMatchObject({
      'x-own': 'mine',
      'x-ms-readonly': 'true',
      'content-type': 'application/json; charset=utf-8',
    });
    expect(last?.request.headers['x-ms-client-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('calls no host that is not allowed, redirects included', async () => {
    expect(await failure(`evaluate http_request('http://localhost:1/')`)).toMatchObject({
      code: 'host_not_allowed',
    });
    expect(await failure(`evaluate http_request('${address}/away')`)).toMatchObject({
      code: 'host_not_allowed',
    });
    expect(await failure(`evaluate http_request('file:///etc/passwd')`)).toMatchObject({
      code: 'bad_address',
    });
  });

  test('sends no secret over http', async () => {
    const before = requests.length;
    expect(
      await failure(
        `evaluate http_request('${address}/json', dynamic({'Authorization': 'Bearer x'}))`,
      ),
    ).toMatchObject({ code: 'http_secret' });
    expect(requests.length).toBe(before);
  });

  test('has limits of size and time, and ends with the query', async () => {
    await set({ http: { maxResponseBytes: 100_000 } });
    expect(await failure(`evaluate http_request('${address}/big')`)).toMatchObject({
      code: 'http_too_big',
    });
    await set({ http: { timeLimitSeconds: 1 } });
    expect(await failure(`evaluate http_request('${address}/slow')`)).toMatchObject({
      code: 'http_time',
    });
    await set({});
    expect((await failure(`evaluate http_request('${address}/none')`)).message).toContain('500');
    const cancel = new AbortController();
    const running = host.client.call(
      'query.run',
      { queryId: 'cancelled', text: `evaluate http_request('${address}/slow')`, database: 'Local' },
      { signal: cancel.signal },
    );
    const asked = (): number => requests.filter((r) => r.request.url === '/slow').length;
    await expect.poll(asked, { timeout: 30_000 }).toBe(2);
    cancel.abort();
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('execute_query, execute_show_command', () => {
  test('ask this desk', async () => {
    expect(
      await host.query(
        `evaluate execute_query('https://localhost', 'range x from 1 to 4 step 1 | extend y = x * x') | where y > 4 | project y`,
      ),
    ).toEqual([['9'], ['16']]);
    expect(
      await host.query(
        `evaluate execute_show_command('calypso', '.show databases') | where DatabaseName == 'Local' | count`,
      ),
    ).toEqual([['1']]);
  });

  test('change nothing, and reach no other cluster', async () => {
    expect(
      await failure(`evaluate execute_show_command('calypso', '.create table T (a:long)')`),
    ).toMatchObject({ code: 'show_command_needed' });
    expect(
      (await failure(`evaluate execute_query('https://help.kusto.windows.net', 'print 1')`))
        .message,
    ).toContain("the cluster 'help.kusto.windows.net'");
    expect((await failure(`evaluate execute_query('calypso', 'print y')`)).message).toContain(
      'In the inner query',
    );
  });
});

describe('a request that forbids something', () => {
  test('forbids it where columns are asked for too', async () => {
    const before = requests.length;
    const asked = host.client.call('query.run', {
      queryId: 'disabled-schema',
      text: `evaluate http_request('${address}/json') | evaluate bag_unpack(ResponseBody)`,
      database: 'Local',
      options: { request_callout_disabled: true },
    });
    await expect(asked).rejects.toMatchObject({ code: 'disabled_by_request' });
    expect(requests.length).toBe(before);
  });

  test.each([
    ['request_callout_disabled', 'evaluate http_request("http://localhost:1/")'],
    [
      'request_callout_disabled',
      'print x = toscalar(evaluate http_request("http://localhost:1/") | count)',
    ],
    ['request_external_data_disabled', 'externaldata(a:long)["/nowhere"]'],
    [
      'request_external_data_disabled',
      'print a = 1 | where a in (externaldata(a:long)["/nowhere"])',
    ],
    [
      'request_sandboxed_execution_disabled',
      "print x = 1 | evaluate python(typeof(*), 'result = df')",
    ],
  ])('%s: %s', async (option, text) => {
    expect(await failure(`set ${option}; ${text}`)).toMatchObject({ code: 'disabled_by_request' });
    const asked = host.client.call('query.run', {
      queryId: `disabled-${text.length}`,
      text,
      database: 'Local',
      options: { [option]: true },
    });
    await expect(asked).rejects.toMatchObject({ code: 'disabled_by_request' });
    expect(await failure(`set ${option} = false; ${text}`)).not.toMatchObject({
      code: 'disabled_by_request',
    });
  });
});

describe('plugins with several tables', () => {
  const tables = async (text: string) => {
    const outcome = await host.client.call('query.run', {
      queryId: `tables-${text.length}`,
      text,
      database: 'Local',
    });
    return outcome.results.map((r) => ({
      columns: r.columns.map((c) => `${c.name}:${c.type}`),
      rows: r.rowCount,
    }));
  };

  test('preview: the rows, and how many there are', async () => {
    expect(await tables('range x from 1 to 20 step 1 | evaluate preview(3)')).toEqual([
      { columns: ['x:long'], rows: 3 },
      { columns: ['Count:long'], rows: 1 },
    ]);
    expect(
      await failure('range x from 1 to 20 step 1 | evaluate preview(3) | count'),
    ).toMatchObject({ code: 'behind_many_tables' });
  });

  test('funnel_sequence: before and after, before, after', async () => {
    const data = `datatable(id:long, t:datetime, s:string)[
      1, datetime(2024-01-01), 'a', 1, datetime(2024-01-02), 'b', 1, datetime(2024-01-03), 'c',
      2, datetime(2024-01-01), 'x', 2, datetime(2024-01-02), 'b', 2, datetime(2024-01-03), 'c']`;
    expect(
      await tables(
        `${data} | evaluate funnel_sequence(id, t, datetime(2024-01-01), datetime(2024-01-31), 2d, 31d, s, dynamic(['b']))`,
      ),
    ).toEqual([
      {
        columns: ['t:datetime', 'prev:string', 'next:string', 'dcount:long', 'samples:dynamic'],
        rows: 2,
      },
      { columns: ['t:datetime', 'prev:string', 'dcount:long', 'samples:dynamic'], rows: 2 },
      { columns: ['t:datetime', 'next:string', 'dcount:long', 'samples:dynamic'], rows: 1 },
    ]);
  });
});

describe('python that is not allowed', () => {
  let closed: TestHost;
  beforeAll(() => {
    closed = openTestHost();
  });
  afterAll(() => closed.close());

  test('does not run', async () => {
    expect(
      await failure(`print x = 1 | evaluate python(typeof(*), 'result = df')`, closed),
    ).toMatchObject({ code: 'python_not_allowed' });
  });

  test('needs an interpreter', async () => {
    await closed.client.call('settings.set', {
      key: 'permissions',
      value: { python: { allowed: true, interpreter: '/no/such/python' } },
    });
    expect(
      await failure(`print x = 1 | evaluate python(typeof(*), 'result = df')`, closed),
    ).toMatchObject({ code: 'python_missing' });
  });
});

describe.skipIf('missing' in python)(
  `python${'missing' in python ? ` (skipped: ${python.missing})` : ''}`,
  () => {
    const ask = (input: string, output: string, script: string, kargs = '') =>
      host.query(
        `${input} | evaluate python(typeof(${output}), \`\`\`\n${script}\n\`\`\`${kargs && `, ${kargs}`})`,
      );
    const fails = (script: string) =>
      failure(`print x = 1 | evaluate python(typeof(*), \`\`\`\n${script}\n\`\`\`)`);

    test('extends its input: the example of the page "Python plugin"', async () => {
      const rows = await ask(
        'range x from 1 to 360 step 1',
        '*, fx:double',
        'result = df\nn = df.shape[0]\ng = kargs["gain"]\nf = kargs["cycles"]\nresult["fx"] = g * np.sin(df["x"]/n*2*np.pi*f)',
        `bag_pack('gain', 100, 'cycles', 4)`,
      );
      expect(rows.length).toBe(360);
      expect(Number(rows[0]?.[1])).toBeCloseTo(100 * Math.sin((2 * Math.PI * 4) / 360), 9);
    });

    test('values of every type come back as they went, nulls too', async () => {
      const row = `print b=true, i=int(-5), l=9007199254740993, r=1.5, s='ü"', d=datetime(2024-02-29 01:02:03.1234567), t=time(1.02:03:04.5), g=guid(74be27de-1e4e-49d9-b579-fe0b331d3642), j=dynamic({"a":[1,{"b":null}]}), m=decimal(1.25)`;
      const nulls =
        'print b=bool(null), i=int(null), l=long(null), r=real(null), s="", d=datetime(null), t=timespan(null), g=guid(null), j=dynamic(null), m=decimal(null)';
      const alone = await ask(row, '*', 'result = df');
      expect(alone).toEqual(await host.query(row));
      expect(await ask(nulls, '*', 'result = df')).toEqual(await host.query(nulls));
      // With a null among them pandas counts in reals: whole numbers are exact to 2^53 only.
      const both = await ask(
        `union (${row} | extend l = 7, n = 1), (${nulls} | extend n = 2) | order by n asc`,
        '*',
        'result = df',
      );
      expect(both.map((r) => r.slice(5, 9))).toEqual(
        (
          await host.query(
            `union (${row} | extend n = 1), (${nulls} | extend n = 2) | order by n asc`,
          )
        ).map((r) => r.slice(5, 9)),
      );
      expect(both.map((r) => r[2])).toEqual(['7', (await host.query(nulls))[0]?.[2]]);
    });

    test('times outside of what nanoseconds can hold keep their microseconds', async () => {
      expect(
        await ask(
          'print d = datetime(0001-01-01), e = datetime(9999-12-31 23:59:59.999999)',
          '*',
          'result = df',
        ),
      ).toEqual([['0001-01-01T00:00:00.0000000Z', '9999-12-31T23:59:59.9999990Z']]);
    });

    test('no rows in, new columns out, in the order of the schema', async () => {
      expect(
        await ask(
          'print x = 1 | take 0',
          'b:string, a:long, d:dynamic, at:datetime',
          'result = pd.DataFrame({"a": [len(df)], "b": ["x"], "d": [np.array([1.5, np.nan])], "at": [pd.Timestamp("2024-01-01T02:00:00+02:00")]})',
        ),
      ).toEqual([['x', '0', '[1.5,null]', '2024-01-01T00:00:00.0000000Z']]);
    });

    test('many rows, in batches, in order', async () => {
      expect(
        await ask(
          'range x from 1 to 200000 step 1',
          'n:long, s:long, sorted:bool',
          'result = pd.DataFrame({"n": [len(df)], "s": [df.x.sum()], "sorted": [df.x.is_monotonic_increasing]})',
        ),
      ).toEqual([['200000', '20000100000', 'true']]);
      expect(
        await host.query(
          "range x from 1 to 150000 step 1 | evaluate python(typeof(*), 'result = df') | summarize count(), sum(x)",
        ),
      ).toEqual([['150000', '11250075000']]);
    });

    test('a script may come from a file', async () => {
      await writeFile(join(folder, 'script.py'), 'result = df\nresult["y"] = df.x * kargs["k"]\n');
      expect(
        await host.query(
          `let script = externaldata(s:string)[@'${folder}/script.py'] with (format=raw); print x = 2 | evaluate python(typeof(*, y:long), toscalar(script), bag_pack('k', 21))`,
        ),
      ).toEqual([['2', '42']]);
    });

    test('errors tell the line of the script', async () => {
      expect(await fails('a = 1\nb = a + nothing')).toMatchObject({
        code: 'python_failed',
        message: expect.stringContaining(
          "line 3: NameError: name 'nothing' is not defined",
        ) as unknown,
      });
      expect((await fails('if True\n  pass')).message).toMatch(/line 2: SyntaxError/);
      expect(await fails('x = 1')).toMatchObject({ code: 'python_result' });
      expect((await fails('result = 5')).message).toContain('not int');
      expect((await fails('result = pd.DataFrame({"p": [1], "q": [2]})')).message).toContain(
        'p, q',
      );
      expect(
        (
          await failure(
            `print x = 1 | evaluate python(typeof(x:long), 'result = pd.DataFrame({"x": ["no number"]})')`,
          )
        ).message,
      ).toContain('column x');
      expect((await fails('print("said")\nimport os\nos._exit(7)')).details).toMatchObject({
        output: 'said',
      });
    });

    test('is ended at its limits', async () => {
      await set({ python: { timeLimitSeconds: 1 } });
      expect(await fails('while True: pass')).toMatchObject({
        code: 'python_limit',
        message: expect.stringContaining('1 seconds') as unknown,
      });
      await set({ python: { memoryLimitBytes: 400_000_000 } });
      expect(await fails('a = np.ones(1_000_000_000)\nresult = df')).toMatchObject({
        code: 'python_limit',
        message: expect.stringContaining('memory') as unknown,
      });
      await set({});
      expect(await ask('print x = 1', '*', 'result = df')).toEqual([['1']]);
    });

    test('is ended with the query, with all that it started', async () => {
      const mark = join(folder, 'started');
      const cancel = new AbortController();
      const running = host.client.call(
        'query.run',
        {
          queryId: 'python-cancelled',
          text: `print x = 1 | evaluate python(typeof(*), \`\`\`\nimport subprocess, time\nchild = subprocess.Popen(["sleep", "600"])\nopen(${JSON.stringify(mark)}, "w").write(str(child.pid))\ntime.sleep(600)\n\`\`\`)`,
          database: 'Local',
        },
        { signal: cancel.signal },
      );
      await expect
        .poll(async () => (await readdir(folder)).includes('started'), { timeout: 30_000 })
        .toBe(true);
      cancel.abort();
      await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
      const pid = Number(await readFile(mark, 'utf8'));
      await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
    });
  },
);
