import { expect } from 'vitest';
import type { StreamInfo } from '../../common/contract/stream.ts';
import type { TestHost } from '../integration/support/test-host.ts';

/**
 * What was sent, so that it can be compared with what is there: numbered records, each of which has to be in the
 * table once, and texts that are no records, each of which has to be in its dead letters once.
 */
export class Ledger {
  /** Numbers 0 … sent - 1 were sent; `unfit` has those of them that were sent as something else. */
  sent = 0;
  readonly #unfit = new Map<number, string>();
  readonly #more: string[] = [];

  /** The next numbers as JSON records; `unfit` gives another text for some. */
  next(count: number, unfit: (n: number) => string | undefined = () => undefined): string[] {
    const first = this.sent;
    this.sent += count;
    return Array.from({ length: count }, (_, i) => {
      const n = first + i;
      const text = unfit(n);
      if (text === undefined) return JSON.stringify({ n });
      this.#unfit.set(n, text);
      return text;
    });
  }

  /** A text beside the numbers that belongs to the dead letters. */
  unfit(text: string): string {
    this.#more.push(text);
    return text;
  }

  get rows(): number {
    return this.sent - this.#unfit.size;
  }

  get dead(): readonly string[] {
    return [...this.#unfit.values(), ...this.#more].toSorted();
  }

  /** Waits until the stream has taken in as many records as were sent, then compares each one. */
  async holds(host: TestHost, stream: string, table: string): Promise<void> {
    const wanted = `${this.rows} rows and ${this.dead.length} dead letters in ${table}`;
    await until(wanted, async () => {
      const { rows, deadLettered } = await infoOf(host, stream);
      return rows >= this.rows && deadLettered >= this.dead.length;
    }).catch(async (error: unknown) => {
      const { definition: _, ...state } = await infoOf(host, stream);
      throw new Error(`${(error as Error).message}: ${JSON.stringify(state)}`);
    });
    expect(await differences(host, table, this)).toEqual({ missing: [], strange: [], twice: [] });
    expect(await deadLetters(host, table)).toEqual(this.dead);
    expect(await infoOf(host, stream)).toMatchObject({
      rows: this.rows,
      deadLettered: this.dead.length,
    });
  }

  /** KQL that is true of the numbers that belong to the table. */
  get fits(): string {
    return `n >= 0 and n < ${this.sent} and n !in (${[-1, ...this.#unfit.keys()].join(', ')})`;
  }
}

/** Numbers that should be there and are not, are there and should not be, or are there more than once. */
async function differences(
  host: TestHost,
  table: string,
  { sent, fits }: Ledger,
): Promise<Record<'missing' | 'strange' | 'twice', string[]>> {
  const ask = async (text: string): Promise<string[]> => (await host.query(text)).flat();
  return {
    missing: await ask(
      `range n from 0 to ${sent - 1} step 1 | where ${fits} | join kind=leftanti ${table} on n | project n | sort by n asc | take 20`,
    ),
    strange: await ask(`${table} | where not(${fits}) or isnull(n) | project n | take 20`),
    twice: await ask(
      `${table} | summarize times = count() by n | where times > 1 | project n | sort by n asc | take 20`,
    ),
  };
}

async function deadLetters(host: TestHost, table: string): Promise<string[]> {
  const [[there] = []] = await host.query(
    `.show tables | where TableName == "${table}_deadletter" | count`,
  );
  if (there === '0') return [];
  return (await host.query(`${table}_deadletter | project Value`)).flat().toSorted();
}

export async function infoOf(host: TestHost, name: string): Promise<StreamInfo> {
  const { streams } = await host.client.call('streams.list', {});
  const found = streams.find((s) => s.definition.name === name);
  if (!found) throw new Error(`no stream ${name}`);
  return found;
}

/** Waits for something to come about; a slow machine may take its time. */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  mostMs = 90_000,
): Promise<void> {
  for (const end = Date.now() + mostMs; Date.now() < end; ) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: did not come about within ${mostMs / 1_000} s`);
}

/**
 * Looks at a stream again and again while something is done to it. Each time what `streams.list` counts has to be
 * what the table holds; the states that were seen are told.
 */
export class Watch {
  readonly seen: StreamInfo[] = [];
  readonly lies: string[] = [];
  #ended = false;
  readonly #looking: Promise<void>;

  constructor(host: TestHost, stream: string, table: string) {
    this.#looking = this.#look(host, stream, table);
    // A test that failed already has closed the host.
    this.#looking.catch(() => undefined);
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#looking;
    expect(this.lies).toEqual([]);
  }

  states(): string[] {
    return [...new Set(this.seen.map((s) => s.state))];
  }

  async #look(host: TestHost, stream: string, table: string): Promise<void> {
    while (!this.#ended) {
      const before = await infoOf(host, stream);
      const [[count = ''] = []] = await host.query(`${table} | count`);
      const after = await infoOf(host, stream);
      const rows = Number(count);
      // Commits go on meanwhile: what is true lies between the two.
      if (rows < before.rows || rows > after.rows)
        this.lies.push(`${before.rows} … ${after.rows} rows were told, ${rows} were there`);
      if (after.state === 'waiting' && after.message === '')
        this.lies.push('it waits and does not say what for');
      this.seen.push(after);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
