import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../scripts/dev/free-port.ts';
import { infoOf, until } from '../support/ledger.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

let host: TestHost;
let port = 0;

beforeAll(async () => {
  host = openTestHost({ lazy: true });
  [port = 0] = await freePorts(1);
  await host.client.call('streams.create', {
    definition: {
      name: 'Syslog',
      database: 'Local',
      table: 'Syslog',
      source: { kind: 'syslog', port },
      flush: { seconds: 0.1 },
    },
  });
  await until('it listens', async () =>
    (await infoOf(host, 'Syslog')).message.includes(`:${port}`),
  );
});

afterAll(async () => {
  await host?.close();
});

async function tcp(...pieces: readonly string[]): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  socket.end();
  await once(socket, 'close');
}

async function rows(count: number): Promise<void> {
  await until(`${count} rows`, async () => (await infoOf(host, 'Syslog')).rows >= count);
}

describe('syslog fills a table', () => {
  it('takes both RFCs over UDP and TCP, framed by count and by line', async () => {
    const modern =
      '<165>1 2026-01-31T12:00:00.123456+01:00 web1 shop 42 ID47 [origin@1 ip="10.0.0.1" note="a \\"b\\" \\]"][x y="z"] \ufeffit works';
    const socket = createSocket('udp4');
    socket.send(modern, port, '127.0.0.1');
    await rows(1);
    socket.send('<34>Oct 11 22:14:15 mymachine su: failed for lonvick', port, '127.0.0.1');
    await rows(2);
    socket.send('no priority at all', port, '127.0.0.1');
    await rows(3);
    socket.close();
    const second = '<13>1 - - - - - - two\nlines';
    await tcp(
      `${Buffer.byteLength(second)} ${second}<14>Jan  5 08:00:0`,
      '0 host app[7]: by line\n<15>1 - h a - - - a\0<191>1 - last - - - -',
    );
    await rows(7);
    expect(
      await host.query(
        'Syslog | extend Order = row_number() | project Facility, Severity, HostName, AppName, ProcId, MsgId, Message, Sender',
      ),
    ).toEqual([
      ['local4', 'notice', 'web1', 'shop', '42', 'ID47', 'it works', '127.0.0.1'],
      ['auth', 'crit', 'mymachine', 'su', '', '', 'failed for lonvick', '127.0.0.1'],
      ['user', 'notice', '', '', '', '', 'no priority at all', '127.0.0.1'],
      ['user', 'notice', '', '', '', '', 'two\nlines', '127.0.0.1'],
      ['user', 'info', 'host', 'app', '7', '', 'by line', '127.0.0.1'],
      ['user', 'debug', 'h', 'a', '', '', 'a', '127.0.0.1'],
      ['local7', 'debug', 'last', '', '', '', '', '127.0.0.1'],
    ]);
    expect(
      await host.query(
        'Syslog | where HostName == "web1" | project Timestamp, SeverityNumber, tostring(StructuredData)',
      ),
    ).toEqual([
      [
        '2026-01-31T11:00:00.1234560Z',
        '5',
        '{"origin@1":{"ip":"10.0.0.1","note":"a \\"b\\" ]"},"x":{"y":"z"}}',
      ],
    ]);
  });

  it('takes ten thousand messages of several connections, each once', async () => {
    const { rows: before } = await infoOf(host, 'Syslog');
    await Promise.all(
      Array.from({ length: 4 }, async (_, client) => {
        const socket = connect(port, '127.0.0.1');
        for (let i = 0; i < 2_500; i++) {
          const free = socket.write(`<14>1 - - storm - - - ${client * 2_500 + i}\n`);
          if (!free) await once(socket, 'drain');
        }
        socket.end();
        await once(socket, 'close');
      }),
    );
    await rows(before + 10_000);
    expect(
      await host.query(
        'Syslog | where AppName == "storm" | summarize count(), count_distinct(Message), sum(tolong(Message))',
      ),
    ).toEqual([['10000', '10000', '49995000']]);
  });

  it('says whose port is taken', async () => {
    await host.client.call('streams.create', {
      definition: {
        name: 'Second',
        database: 'Local',
        table: 'Second',
        source: { kind: 'syslog', port },
      },
    });
    await until('it says so', async () =>
      (await infoOf(host, 'Second')).message.includes(`Port ${port} is taken`),
    );
    expect((await infoOf(host, 'Second')).state).toBe('waiting');
    await host.client.call('streams.remove', { name: 'Second' });
  });
});
