import { Kafka as Client, logLevel, type Producer } from 'kafkajs';
import { type Kafka, kafkaMissing, startKafka } from '../../scripts/dev/kafka.ts';
import { Explorer } from './pages/explorer.ts';
import { SourceWizard } from './pages/source-wizard.ts';
import { Workbench } from './pages/workbench.ts';
import { expect, test } from './support/test.ts';

const missing = await kafkaMissing();
if (missing) process.stderr.write(`streams: skipped, ${missing}\n`);

let kafka: Kafka;
let producer: Producer;

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
    topics: ['orders', 'returns'].map((topic) => ({ topic, numPartitions: 3 })),
    waitForLeaders: true,
  });
  await admin.disconnect();
  producer = client.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
});

test.afterAll(async () => {
  await producer?.disconnect();
  await kafka?.remove();
});

/** Sends orders with the numbers from `from` up to, not including, `to`. */
async function send(from: number, to: number): Promise<void> {
  await producer.send({
    topic: 'orders',
    messages: Array.from({ length: to - from }, (_, i) => ({
      key: `k${from + i}`,
      value: JSON.stringify({ n: from + i, city: ['Oslo', 'Lima'][i % 2], price: 2.5 * i }),
    })),
  });
}

test('a topic becomes a table by the wizard, and is paused, resumed, rewound and removed', async ({
  page,
  host,
}) => {
  test.slow();
  const workbench = new Workbench(page);
  const explorer = new Explorer(page);
  const wizard = new SourceWizard(page);
  const row = explorer.tree.getByRole('treeitem', { name: /^stream orders,/ });
  const counted = async (): Promise<string | undefined> => {
    await workbench.query('orders | summarize count(), count_distinct(n)');
    return (await workbench.rows())[0]?.join(' of ');
  };
  await send(0, 200);
  await workbench.open(host.url);

  await test.step('says what is wrong with an address before and after it is tried', async () => {
    await wizard.open('Apache Kafka');
    await wizard.fill({ Brokers: '127.0.0.1' });
    await expect(wizard.dialog).toContainText('write host:port, for example 127.0.0.1:9092');
    await wizard.fill({ Brokers: '127.0.0.1:1' });
    await wizard.press('Connect and list topics');
    await expect(wizard.dialog).toContainText(/127\.0\.0\.1:1.*Check/s);
  });

  await test.step('shows the topics, their partitions and what they hold', async () => {
    await wizard.fill({ Brokers: kafka.broker });
    await wizard.press('Connect and list topics');
    await expect(wizard.topics.getByRole('row', { name: /orders/ })).toContainText('200');
    await wizard.press('Partitions and groups of orders');
    await expect(wizard.dialog.getByRole('table', { name: 'Partitions of orders' })).toContainText(
      'Next offset',
    );
    await wizard.topics.getByRole('checkbox', { name: 'orders' }).check();
    await expect(wizard.field('Topics')).toHaveValue('orders');
  });

  await test.step('shows the last records and the columns they make', async () => {
    await wizard.next();
    await expect(wizard.field('Name of the stream')).toHaveValue('orders');
    await wizard.tab(/^Last records/);
    await expect(wizard.records.getByRole('row')).toHaveCount(51);
    await wizard.tab(/^Columns/);
    await expect(wizard.columns.getByLabel('Type of n')).toHaveValue('long');
    await expect(wizard.columns.getByLabel('Type of price')).toHaveValue('real');
    await wizard.columns.getByLabel('Name of column 2').fill('town');
    await wizard.press('Add a property of the record');
    await page.getByRole('menuitem', { name: '@partition' }).click();
    await wizard.tab(/^Definition/);
    await expect(wizard.dialog.locator('pre')).toContainText('"name": "town"');
  });

  await test.step('starts, and the rows are there', async () => {
    await wizard.press('Start the stream');
    await expect(wizard.dialog).toContainText('orders fills orders');
    await expect(wizard.dialog.getByRole('status')).toContainText('running');
    await wizard.press('Close');
    await expect(row).toHaveAccessibleName(/running/);
    // The open tab asks the database of what was chosen.
    await row.click();
    await expect.poll(counted).toBe('200 of 200');
    await workbench.query(
      'orders | where isnotempty(town) | summarize count() by Partition | count',
    );
    await expect.poll(() => workbench.rows()).toEqual([['3']]);
  });

  await test.step('pauses with the keyboard, resumes, and nothing is lost or twice', async () => {
    await row.click();
    await page.keyboard.press('Space');
    await expect(row).toHaveAccessibleName(/paused/);
    await send(200, 300);
    await expect.poll(counted).toBe('200 of 200');
    await row.hover();
    await row.getByRole('button', { name: 'Resume orders' }).click();
    await expect(row).toHaveAccessibleName(/running/);
    await expect.poll(counted).toBe('300 of 300');
  });

  await test.step('tells in order what happened, and where each partition stands', async () => {
    await row.dblclick();
    const details = page.getByRole('dialog', { name: 'Stream orders' });
    await expect(details.getByRole('region', { name: 'Positions' }).getByRole('row')).toHaveCount(
      4,
    );
    await expect(details.getByRole('region', { name: 'Messages' })).toContainText('paused');
    await expect(details).toContainText('300');
    await details.getByRole('button', { name: 'Close' }).click();
  });

  await test.step('says that the broker is away, and goes on when it is back', async () => {
    await kafka.stop('SIGKILL');
    await expect(row).toHaveAccessibleName(/waiting/);
    await kafka.start();
    await send(300, 340);
    await expect.poll(counted).toBe('340 of 340');
    await expect(row).toHaveAccessibleName(/running/);
  });

  await test.step('reads all of it again after a rewind', async () => {
    await row.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Rewind…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rewind orders' });
    await expect(dialog.getByRole('radio', { name: /earliest/ })).toBeChecked();
    await dialog.getByRole('button', { name: 'Rewind' }).click();
    await expect.poll(counted).toBe('680 of 340');
  });

  await test.step('is removed after a question, and the table stays', async () => {
    await row.click();
    await page.keyboard.press('Delete');
    const question = page.getByRole('alertdialog', { name: 'Remove the stream orders?' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    await expect(row).toBeVisible();
    await row.click();
    await page.keyboard.press('Delete');
    await question.getByRole('button', { name: 'Remove stream' }).click();
    await expect(row).toHaveCount(0);
    await expect.poll(counted).toBe('680 of 340');
  });
});
