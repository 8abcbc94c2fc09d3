import { Kafka as Client, logLevel, type Producer } from 'kafkajs';
import { type Kafka, kafkaMissing, startKafka } from '../../scripts/dev/kafka.ts';
import { LiveView } from './pages/live-view.ts';
import { SourceWizard } from './pages/source-wizard.ts';
import { Workbench } from './pages/workbench.ts';
import { expect, test } from './support/test.ts';

const missing = await kafkaMissing();
if (missing) process.stderr.write(`live: skipped, ${missing}\n`);

let kafka: Kafka;
let producer: Producer;
let feed: Feed;

test.beforeAll(async () => {
  test.skip(missing !== undefined, `no Kafka here: ${missing}`);
  test.setTimeout(240_000);
  kafka = await startKafka();
  const client = new Client({
    brokers: [kafka.broker],
    logLevel: logLevel.NOTHING,
    retry: { retries: 100, initialRetryTime: 100, maxRetryTime: 500 },
  });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [{ topic: 'readings', numPartitions: 3 }],
    waitForLeaders: true,
  });
  await admin.disconnect();
  producer = client.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
});

test.afterAll(async () => {
  await feed?.stop();
  await producer?.disconnect();
  await kafka?.remove();
});

/** Sends readings until it is told to stop; `sent` is the ledger. */
class Feed {
  sent = 0;
  #going: Promise<void> = Promise.resolve();
  #stopped = true;

  start(): void {
    this.#stopped = false;
    this.#going = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#going;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await producer.send({
        topic: 'readings',
        messages: Array.from({ length: 20 }, (_, i) => {
          const n = this.sent + i;
          const level = n % 5 === 0 ? 'error' : 'info';
          return { value: JSON.stringify({ n, level, at: new Date().toISOString() }) };
        }),
      });
      this.sent += 20;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

test('a topic is watched as it comes, charted by the second, and the count agrees after the broker was killed', async ({
  page,
  host,
}) => {
  test.slow();
  const workbench = new Workbench(page);
  const wizard = new SourceWizard(page);
  const live = new LiveView(page, 'readings');
  feed = new Feed();
  feed.start();
  await expect.poll(() => feed.sent).toBeGreaterThan(0);
  await workbench.open(host.url);

  await test.step('the source is made with the wizard', async () => {
    await wizard.open('Apache Kafka');
    await wizard.fill({ Brokers: kafka.broker });
    await wizard.press('Connect and list topics');
    await wizard.topics.getByRole('checkbox', { name: 'readings' }).check();
    await wizard.next();
    await wizard.press('Start the stream');
    await expect(wizard.dialog).toContainText('readings fills readings');
    await wizard.press('Close');
  });

  await test.step('rows arrive in the live tab, the newest in sight', async () => {
    await live.open();
    const before = await live.count('arrived');
    await expect.poll(() => live.count('arrived')).toBeGreaterThan(before + 100);
    const newest = async (): Promise<number> => Math.max(...(await live.column(1)).map(Number));
    const seen = await newest();
    await expect.poll(newest).toBeGreaterThan(seen);
  });

  await test.step('looking back pauses it, and going on loses nothing', async () => {
    await live.grid.hover();
    await page.mouse.wheel(0, -2_000);
    await expect(live.paused).toBeVisible();
    await expect(live.state).toHaveText('Paused');
    const held = await live.count('rows');
    await expect(live.paused).toContainText(/[1-9]\d* new rows/);
    await live.press('Show them');
    await expect(live.state).toHaveText('Live');
    await expect.poll(() => live.count('rows')).toBeGreaterThan(held);
    expect(await live.count('skipped')).toBe(0);
  });

  await test.step('a standing query keeps some rows, and says what it can not do', async () => {
    await live.filter.fill('where level == "error" | summarize count()');
    await expect(live.pane.getByRole('alert')).toContainText(
      'Column 26: summarize needs all rows of readings',
    );
    await live.filter.fill('where level == "error"');
    await live.filter.press('Enter');
    await expect
      .poll(async () => {
        const levels = new Set(await live.column(2));
        return levels.size === 1 && levels.has('error');
      })
      .toBe(true);
    await expect(live.pane.getByTestId('live-arrived')).toContainText('matched');
    await live.press('Show all rows');
    await expect.poll(async () => new Set(await live.column(2)).has('info')).toBe(true);
  });

  await test.step('a refreshing tab charts them by the second', async () => {
    await page.getByRole('tab', { name: /^Flights per day/ }).click();
    await workbench.query(
      'database("Local").readings | summarize readings = count() by second = bin(at, 1s) | sort by second asc | render timechart',
    );
    const chart = page.locator('section[aria-label="Chart"][data-drawn]');
    await expect(workbench.chart).toBeVisible();
    await chart.getByRole('button', { name: 'Refresh' }).click();
    await page.getByRole('menuitemradio', { name: 'Every 1 s', exact: true }).click();
    const drawn = async (): Promise<number> => Number(await chart.getAttribute('data-drawn'));
    const first = await drawn();
    await expect.poll(drawn).toBeGreaterThan(first + 2);
    await expect(chart.getByTestId('refresh-age')).toHaveText(/s ago$/);
    await page.getByRole('tab', { name: 'Results' }).click();
    const rows = async (): Promise<number> =>
      Number(((await workbench.resultStatus.textContent()) ?? '').split(' ')[0]);
    const seconds = await rows();
    await expect.poll(rows).toBeGreaterThan(seconds + 1);
  });

  await test.step('the broker is killed and comes back', async () => {
    await feed.stop();
    await kafka.stop('SIGKILL');
    await live.front();
    const row = page.getByRole('treeitem', { name: /^stream readings,/ });
    await expect(row).toHaveAccessibleName(/waiting/);
    await expect(live.state).toHaveText('Live');
    await kafka.start();
    const before = feed.sent;
    feed.start();
    await expect.poll(() => feed.sent).toBeGreaterThan(before + 100);
    await feed.stop();
  });

  await test.step('every record is there once, in the table and in the live view', async () => {
    await expect.poll(() => live.count('stored')).toBe(feed.sent);
    await page.getByRole('tab', { name: /^Flights per day/ }).click();
    await workbench.query('database("Local").readings | summarize count(), count_distinct(n)');
    expect(await workbench.rows()).toEqual([[String(feed.sent), String(feed.sent)]]);
    await live.front();
    await live.filter.fill('where n == 7');
    await live.filter.press('Enter');
    await expect(live.state).toHaveText('Live');
    expect(await live.count('stored')).toBe(feed.sent);
  });
});
