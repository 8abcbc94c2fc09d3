import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import {
  Client,
  ClientRequestProperties,
  KustoConnectionStringBuilder,
  type KustoResponseDataSet,
} from 'azure-kusto-data';
import {
  DataFormat,
  IngestClient,
  IngestionProperties,
  ManagedStreamingIngestClient,
  StreamDescriptor,
  StreamingIngestClient,
} from 'azure-kusto-ingest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, startServer } from './support/server.ts';

const EVERY_TYPE = readFileSync(new URL('every-type.kql', import.meta.url), 'utf8');
const ENDLESS = `range a from 1 to 100000000 step 1 | extend k = a % 10
  | join kind=inner (range b from 1 to 100000000 step 1 | extend k = b % 10) on k | summarize count()`;

let server: Server;
let client: Client;

const connection = (): KustoConnectionStringBuilder =>
  KustoConnectionStringBuilder.withAccessToken(server.url, server.token);

beforeAll(async () => {
  server = await startServer();
  client = new Client(connection());
});
afterAll(async () => {
  client?.close();
  await server?.stop();
});

function rowsOf(answer: KustoResponseDataSet): Record<string, unknown>[] {
  const table = answer.primaryResults[0];
  return [...(table?.rows() ?? [])].map((row) => row.toJSON());
}

/** The answer of the service that an exception of the SDK carries. */
async function refusal(work: Promise<unknown>): Promise<{
  readonly status: number;
  readonly data: { readonly error: Record<string, unknown> };
}> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toHaveProperty('response');
  return (error as { response: Awaited<ReturnType<typeof refusal>> }).response;
}

describe('azure-kusto-data for Node', () => {
  it.each([
    ['a token', () => connection()],
    [
      'a token provider',
      () =>
        KustoConnectionStringBuilder.withTokenProvider(server.url, () =>
          Promise.resolve(server.token),
        ),
    ],
    [
      'a token credential',
      () =>
        KustoConnectionStringBuilder.withTokenCredential(server.url, {
          getToken: () =>
            Promise.resolve({ token: server.token, expiresOnTimestamp: Date.now() + 3_600_000 }),
        }),
    ],
    ['the token in the address', () => new KustoConnectionStringBuilder(server.clientUrl)],
  ])('signs in with %s', async (_how, builder) => {
    const other = new Client(builder());
    expect(rowsOf(await other.execute('Samples', 'Flights | count'))).toEqual([{ Count: 600_000 }]);
    other.close();
  });

  it('is refused with a wrong token', async () => {
    const other = new Client(KustoConnectionStringBuilder.withAccessToken(server.url, 'wrong'));
    const { status, data } = await refusal(other.execute('Samples', 'print 1'));
    expect([status, data.error.code]).toEqual([401, 'Unauthorized']);
    other.close();
  });

  it('reads every type, its extremes and its null', async () => {
    const [most, least, none] = rowsOf(await client.execute('Local', EVERY_TYPE));
    const span = 1_000 * (((24 + 2) * 60 + 3) * 60 + 4.5);
    expect(most).toEqual({
      b: true,
      i: 2_147_483_647,
      // What JavaScript's numbers make of 2^63 - 1.
      l: 2 ** 63,
      r: Number.MAX_VALUE,
      m: '12345678901234567.890123456789',
      s: 'é "quoted"\n',
      d: new Date('9999-12-31T23:59:59.999Z'),
      t: span,
      g: '74be27de-1e4e-49d9-b579-fe0b331d3642',
      o: { a: [1, null, 'y'], b: 1 },
    });
    expect(least).toEqual({
      b: false,
      i: -2_147_483_648,
      l: -(2 ** 63),
      r: -1.5,
      m: '-0.5',
      s: '',
      d: new Date('0001-01-01T00:00:00Z'),
      t: -span,
      g: '00000000-0000-0000-0000-000000000000',
      o: [],
    });
    expect(none).toEqual({
      ...Object.fromEntries([...'bilrmsdtgo'].map((name) => [name, null])),
      s: '',
    });
  });

  it('reads the answers of the v1 endpoint', async () => {
    const answer = await client.executeQueryV1('Local', `${EVERY_TYPE} | project b, l, o | take 1`);
    expect(rowsOf(answer)).toEqual([{ b: 1, l: 2 ** 63, o: { a: [1, null, 'y'], b: 1 } }]);
    expect(answer.tableNames).toHaveLength(4);
    expect(answer.getErrorsCount()).toEqual({ warnings: 0, errors: 0 });
  });

  it('has a table per statement, and says how to draw them', async () => {
    const answer = await client.execute('Local', 'print x = 1; print y = 2 | render piechart');
    expect(answer.primaryResults.map((table) => table.toJSON().data)).toEqual([
      [{ x: 1 }],
      [{ y: 2 }],
    ]);
    const properties = answer.tables.find((table) => table.kind === 'QueryProperties');
    const drawn = [...(properties?.rows() ?? [])].map(
      (row) => JSON.parse(String(row.toJSON().Value)).Visualization as unknown,
    );
    expect(drawn).toEqual([null, 'piechart']);
  });

  it('passes parameters with their types', async () => {
    const properties = new ClientRequestProperties();
    properties.setParameter('s', `it's "so"`);
    properties.setParameter('n', 41);
    properties.setParameter('d', 'datetime(2024-02-29)');
    const text =
      'declare query_parameters(s: string, n: long, d: datetime); print s = s, n = n + 1, d = d + 1d';
    expect(rowsOf(await client.execute('Local', text, properties))).toEqual([
      { s: `it's "so"`, n: 42, d: new Date('2024-03-01T00:00:00Z') },
    ]);
  });

  it('runs management commands', async () => {
    await client.executeMgmt('Local', '.create-merge table FromNode (a: long, b: string)');
    const tables = rowsOf(await client.execute('Local', '.show tables'));
    expect(tables.map((row) => row.TableName)).toContain('FromNode');
    const [cluster] = rowsOf(await client.execute('Local', '.show cluster'));
    expect(cluster).toHaveProperty('IsAdmin', true);
  });

  it('raises errors with their place in the text', async () => {
    const { status, data } = await refusal(client.execute('Samples', 'Flights\n| where nope > 1'));
    expect(status).toBe(400);
    expect(data.error).toMatchObject({
      code: 'General_BadRequest',
      '@permanent': true,
      '@message': expect.stringMatching(/Semantic error: .*nope.*\[line:position=2:9\]/),
      innererror: { '@line': 2, '@position': 9 },
    });
  });

  it('reads a million rows', async () => {
    const properties = new ClientRequestProperties();
    // Without it the SDK defines a property per row, which takes longer than all the rest.
    properties.raw = true;
    const frames = (await client.execute(
      'Local',
      "range x from 1 to 1000000 step 1 | extend s = strcat('row ', x)",
      properties,
    )) as unknown as { readonly TableKind?: string; readonly Rows?: readonly unknown[][] }[];
    const rows = frames.find((frame) => frame.TableKind === 'PrimaryResult')?.Rows ?? [];
    expect(rows).toHaveLength(1_000_000);
    expect(rows.findIndex(([x, s], at) => x !== at + 1 || s !== `row ${at + 1}`)).toBe(-1);
  });

  it('gets an error when a limit is passed', async () => {
    const properties = new ClientRequestProperties();
    properties.setOption('truncationmaxrecords', 10);
    await expect(client.execute('Samples', 'Flights', properties)).rejects.toThrow(
      'E_QUERY_RESULT_SET_TOO_LARGE',
    );
    properties.setOption('notruncation', true);
    expect(rowsOf(await client.execute('Samples', 'Flights | take 20', properties))).toHaveLength(
      20,
    );
  });

  it('ends when its time is over', async () => {
    const properties = new ClientRequestProperties();
    properties.setTimeout(1_000);
    const { status, data } = await refusal(client.execute('Local', ENDLESS, properties));
    expect([status, data.error.code]).toEqual([504, 'Timeout']);
  });

  it('is cancelled by another request', async () => {
    const { id, ended } = startEndless(client);
    await untilRunning(id, true);
    await client.execute('Local', `.cancel query "${id}"`);
    const { data } = await refusal(ended);
    expect(data.error.code).toBe('Cancelled');
  });

  it('is cancelled when its client goes', async () => {
    const other = new Client(connection());
    const { id, ended } = startEndless(other);
    await untilRunning(id, true);
    other.close();
    await expect(ended).rejects.toThrow();
    await untilRunning(id, false);
  });

  /** Never ends by itself. */
  function startEndless(by: Client): { readonly id: string; readonly ended: Promise<unknown> } {
    const properties = new ClientRequestProperties();
    properties.clientRequestId = `node;${randomUUID()}`;
    const ended = by.execute('Local', ENDLESS, properties);
    ended.catch(() => {});
    return { id: properties.clientRequestId, ended };
  }

  async function untilRunning(id: string, wanted: boolean): Promise<void> {
    for (;;) {
      const running = rowsOf(await client.execute('Local', '.show running queries'));
      if (running.some((row) => row.ClientActivityId === id) === wanted) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});

describe('azure-kusto-ingest for Node', () => {
  beforeAll(async () => {
    await client.execute(
      'Local',
      '.create table Streamed (id: long, text: string, at: datetime, bag: dynamic)',
    );
  });

  const into = (table: string, format: DataFormat): IngestionProperties =>
    new IngestionProperties({ database: 'Local', table, format });
  const bytes = (text: string): Readable => Readable.from([Buffer.from(text)]);

  it('streams CSV and JSON into a table', async () => {
    const ingest = new StreamingIngestClient(connection());
    await ingest.ingestFromStream(
      bytes('1,"a, b",2024-01-01,"{""k"":1}"\n2,c,,\n'),
      into('Streamed', DataFormat.CSV),
    );
    await ingest.ingestFromStream(
      bytes('{"text":"j","id":3,"bag":{"z":[1]}}\n{"id":4,"at":"2024-02-02T00:00:00Z"}\n'),
      into('Streamed', DataFormat.JSON),
    );
    ingest.close();
    expect(rowsOf(await client.execute('Local', 'Streamed | order by id asc'))).toEqual([
      { id: 1, text: 'a, b', at: new Date('2024-01-01T00:00:00Z'), bag: { k: 1 } },
      { id: 2, text: 'c', at: null, bag: null },
      { id: 3, text: 'j', at: null, bag: { z: [1] } },
      { id: 4, text: '', at: new Date('2024-02-02T00:00:00Z'), bag: null },
    ]);
  });

  it('streams with a stored mapping', async () => {
    const mapping = JSON.stringify([
      { column: 'id', Properties: { Path: '$.key' } },
      { column: 'text', Properties: { Path: '$.deep.word' } },
    ]);
    await client.execute('Local', '.create table Mapped (id: long, text: string)');
    await client.execute(
      'Local',
      `.create table Mapped ingestion json mapping "ByPath" '${mapping}'`,
    );
    const ingest = new StreamingIngestClient(connection());
    const properties = into('Mapped', DataFormat.JSON);
    properties.ingestionMappingReference = 'ByPath';
    await ingest.ingestFromStream(bytes('{"key":7,"deep":{"word":"x"}}\n'), properties);
    expect(rowsOf(await client.execute('Local', 'Mapped'))).toEqual([{ id: 7, text: 'x' }]);
    properties.ingestionMappingReference = 'NoSuchMapping';
    const { status, data } = await refusal(
      ingest.ingestFromStream(bytes('{"key":8}\n'), properties),
    );
    expect(status).toBe(400);
    expect(data.error['@message']).toContain('NoSuchMapping');
    ingest.close();
  });

  it('streams what a managed client gives it', async () => {
    await client.execute('Local', '.create table Managed (id: long)');
    const ingest = new ManagedStreamingIngestClient(connection(), connection());
    await ingest.ingestFromStream(
      new StreamDescriptor(bytes('1\n2\n')),
      into('Managed', DataFormat.CSV),
    );
    ingest.close();
    expect(rowsOf(await client.execute('Local', 'Managed | count'))).toEqual([{ Count: 2 }]);
  });

  it("says what it can't ingest", async () => {
    const ingest = new StreamingIngestClient(connection());
    const { data } = await refusal(
      ingest.ingestFromStream(bytes('1\n'), into('NoSuchTable', DataFormat.CSV)),
    );
    expect(data.error).toMatchObject({ code: 'BadRequest_EntityNotFound', '@permanent': true });
    ingest.close();
    const queued = new IngestClient(connection());
    await expect(
      queued.ingestFromStream(bytes('1\n'), into('Streamed', DataFormat.CSV)),
    ).rejects.toThrow(/ingestion resources/);
    queued.close();
  });
});
