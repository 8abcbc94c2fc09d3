import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestHost, type TestHost } from './support/test-host.ts';

const WAIT_MS = 60_000;
const TIMEOUT_MS = 120_000;

let host: TestHost;
const folder = mkdtempSync(join(tmpdir(), 'stream-commands-'));
const log = join(folder, 'app.log');

beforeAll(() => {
  writeFileSync(log, '{"n": 1}\n{"n": 2}\n');
  host = openTestHost();
});

afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

async function until(text: string, expected: string[][]): Promise<void> {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const rows = await host.query(text);
    if (JSON.stringify(rows) === JSON.stringify(expected)) return;
    if (Date.now() > end) expect(rows).toEqual(expected);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const problem = (text: string): Promise<{ code: string; message: string; at: string }> =>
  host.query(text).then(
    () => ({ code: 'none', message: '', at: '' }),
    (error: { code: string; message: string; span?: { start: number; length: number } }) => ({
      code: error.code,
      message: error.message,
      at: error.span
        ? text.slice(error.span.start, error.span.start + error.span.length)
        : 'nowhere',
    }),
  );

describe('streams by command', () => {
  it(
    'are made, shown, paused, altered, rewound and dropped',
    async () => {
      const make = (seconds: number): string =>
        `.create-or-alter stream ['my log'] into table Log kind=file \`\`\`
{ "paths": [${JSON.stringify(log)}], "flush": {"seconds": ${seconds}} }
\`\`\``;
      expect(await host.query('.show streams | count')).toEqual([['0']]);
      await host.query(make(0.2));
      await until('Log | summarize count(), sum(n)', [['2', '3']]);
      expect(
        await host.query(".show stream ['my log'] | project StreamName, TableName, Kind, Rows"),
      ).toEqual([['my log', 'Log', 'file', '2']]);
      expect(await host.query(".show stream 'my log' positions | summarize count() > 0")).toEqual([
        ['true'],
      ]);
      expect(await problem(make(1).replace('-or-alter', ''))).toMatchObject({
        code: 'stream_exists',
      });

      expect(await host.query(".pause stream ['my log'] | project 1")).toBeDefined();
      appendFileSync(log, '{"n": 3}\n');
      // What was read stays read when the definition changes.
      await host.query(make(0.3));
      expect(await host.query(".show stream ['my log'] | project State")).toEqual([['paused']]);
      await host.query(".resume stream ['my log']");
      await until('Log | summarize count(), sum(n)', [['3', '6']]);
      await host.query(".rewind stream ['my log'] to earliest");
      await until('Log | summarize count(), sum(n)', [['6', '12']]);

      const [[name = '', , json = '', command = ''] = []] = await host.query(
        ".show stream ['my log'] as json",
      );
      expect([name, JSON.parse(json)]).toMatchObject([
        'my log',
        { source: { kind: 'file', paths: [log] }, flush: { seconds: 0.3 } },
      ]);
      await host.query(".drop stream ['my log']");
      expect(await problem(".show stream ['my log']")).toMatchObject({ code: 'no_stream' });
      expect(await host.query(".drop stream ['my log'] ifexists | count")).toEqual([['0']]);
      // What was shown makes the same stream again.
      await host.query(command);
      await until('Log | count', [['9']]);
      expect(
        await host.query(
          ".show stream ['my log'] details | project tostring(Definition.source.paths[0])",
        ),
      ).toEqual([[log]]);
      await host.query(".drop stream ['my log']");
    },
    TIMEOUT_MS,
  );

  it('say what is wrong at its place', async () => {
    const make = (json: string, kind = 'kafka'): string =>
      `.create stream S into table T kind=${kind} \`\`\`${json}\`\`\``;
    expect(await problem(make('{"topics": ["a"],}'))).toMatchObject({
      code: 'bad_definition',
      message: expect.stringContaining('no JSON'),
      at: '}',
    });
    expect(
      await problem(make('{"cluster": {"brokers": ["here"]}, "topics": ["a"]}')),
    ).toMatchObject({ message: expect.stringContaining('host:port'), at: '"here"' });
    expect(
      await problem(make('{"cluster": {"brokers": ["b:9092"]}, "topics": ["a"], "grup": "x"}')),
    ).toMatchObject({ message: 'grup: there is no such setting.', at: '"x"' });
    expect(await problem(make('{}', 'pigeon'))).toMatchObject({ code: 'bad_definition' });
    expect(await problem(make('[]'))).toMatchObject({ at: '[]' });
    const secret = '{"cluster": {"brokers": ["b:1"], "tls": {"key": "pem"}}, "topics": ["a"]}';
    expect(await problem(make(secret))).toMatchObject({ code: 'secret_in_sight', at: '"pem"' });
    expect(await problem(`${make('{}')} with (secret="pw")`)).toMatchObject({
      code: 'secret_in_sight',
    });
    expect(await problem('.rewind stream S to yesterday')).toMatchObject({ code: 'no_stream' });
    expect(await problem('.show streams of everything')).toMatchObject({
      code: expect.stringMatching(/unexpected|unknown|KS/),
    });
  });
});

describe('pipelines by command', () => {
  it('are made, run, shown and dropped', async () => {
    await host.query('.set Src <| range x from 1 to 10 step 1');
    await host.query(
      `.create pipeline P \`\`\`{"destination": {"kind": "table", "table": "Dst"}, "over": ["Src"]}\`\`\` <| Src | where x > 5`,
    );
    expect(await host.query('.run pipeline P | project Run, Trigger, State, Rows')).toEqual([
      ['1', 'demand', 'completed', '5'],
    ]);
    expect(await host.query('.run pipeline P | project Rows')).toEqual([['0']]);
    expect(await host.query('.show pipeline P runs | project Run, Rows')).toEqual([
      ['2', '0'],
      ['1', '5'],
    ]);
    expect(
      await host.query('.show pipelines | project PipelineName, Destination, State, Rows'),
    ).toEqual([['P', 'table Dst', 'idle', '5']]);
    const [[, , , command = ''] = []] = await host.query('.show pipeline P as json');
    await host.query('.drop pipeline P');
    expect(await problem('.run pipeline P')).toMatchObject({ code: 'unknown_pipeline' });
    await host.query(command);
    expect(await host.query('.run pipeline P | project Rows')).toEqual([['5']]);
    expect(await host.query('Dst | count')).toEqual([['10']]);
    await host.query('.pause pipeline P');
    expect(await host.query('.show pipeline P | project State')).toEqual([['paused']]);
    await host.query('.resume pipeline P');
    expect(
      await problem(
        '.create-or-alter pipeline P ```{"source": {"kind": "table", "table": "Src"}, "destination": {"kind": "table", "tabel": "D"}}```',
      ),
    ).toMatchObject({ code: 'bad_definition', at: expect.stringContaining('tabel') });
    // An asynchronous run is an operation.
    const [[id = ''] = []] = await host.query('.run async pipeline P');
    await until(`.show operations ${id} | project State`, [['Completed']]);
  });
});

describe('alerts by command', () => {
  it('are made, run, shown and dropped', async () => {
    await host.query('.create table Errors (Host: string)');
    await host.query(
      `.create-or-alter alert Many \`\`\`{"trigger": {"on": "demand"}, "condition": {"kind": "rows", "above": 1}, "message": "{rows} on {Host}"}\`\`\` <| Errors`,
    );
    expect(await host.query('.run alert Many | count')).toEqual([['0']]);
    await host.query('.ingest inline into table Errors <| a\nb\n');
    expect(await host.query('.run alert Many | project Kind, Message, Rows')).toEqual([
      ['fired', '2 on a', '2'],
    ]);
    expect(await host.query('.show alerts | project AlertName, State')).toEqual([
      ['Many', 'firing'],
    ]);
    expect(await host.query('.show alert Many events | project Kind')).toEqual([['fired']]);
    expect(await host.query('_alerts | project Alert, Kind, tostring(Sample[1].Host)')).toEqual([
      ['Many', 'fired', 'b'],
    ]);
    const [[, , , command = ''] = []] = await host.query('.show alert Many as json');
    await host.query('.drop alert Many');
    await host.query(command);
    expect(await host.query('.show alert Many | project State, Query')).toEqual([
      ['quiet', 'Errors'],
    ]);
    await host.query('.drop alert Many');
  });
});
