import type { StreamInfo } from '../../../common/contract/stream.ts';
import type { TestHost } from './test-host.ts';

const PATIENCE_MS = 90_000;

/** Waits for a condition, however slow the machine is. What came of the last look stands in the error. */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  last: () => unknown = () => '',
): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not come about: ${JSON.stringify(last())}`);
}

export async function streamInfo(host: TestHost, name: string): Promise<StreamInfo> {
  const { streams } = await host.client.call('streams.list', {});
  const found = streams.find((s) => s.definition.name === name);
  if (!found) throw new Error(`no stream ${name}`);
  return found;
}

/** Waits until a stream says something that matches. */
export async function untilTold(
  host: TestHost,
  name: string,
  told: RegExp,
  state?: StreamInfo['state'],
): Promise<StreamInfo> {
  let info: StreamInfo | undefined;
  await until(
    `${name} says ${told}`,
    async () => {
      info = await streamInfo(host, name);
      return told.test(info.message) && (state === undefined || info.state === state);
    },
    () => info,
  );
  if (!info) throw new Error(`no stream ${name}`);
  return info;
}

export async function untilRows(host: TestHost, table: string, count: number): Promise<void> {
  let rows = '0';
  await until(
    `${count} rows in ${table}`,
    async () => {
      [[rows = '0'] = []] = await host.query(`${table} | count`);
      return Number(rows) >= count;
    },
    () => rows,
  );
}
