import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import {
  AZURITE_ACCOUNT,
  AZURITE_KEY,
  type Azurite,
  azuriteMissing,
  startAzurite,
} from '../../scripts/dev/azurite.ts';
import { Explorer } from './pages/explorer.ts';
import { SourceWizard } from './pages/source-wizard.ts';
import { Workbench } from './pages/workbench.ts';
import { expect, test } from './support/test.ts';

const missing = azuriteMissing();
if (missing) process.stderr.write(`storage: skipped, ${missing}\n`);

let azurite: Azurite;
let container: ContainerClient;

test.beforeAll(async () => {
  test.skip(missing !== undefined, `no Azurite here: ${missing}`);
  azurite = await startAzurite();
  container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(
    'shop',
  );
  await container.create();
});

test.afterAll(async () => {
  await azurite?.remove();
});

const put = (key: string, text: string) =>
  container.getBlockBlobClient(key).upload(text, Buffer.byteLength(text));

/** Sales of a month: as many as its number says, of one piece each. */
const month = (number: number): string =>
  `item,pieces\n${Array.from({ length: number }, (_, i) => `item${i},1\n`).join('')}`;

test('a container is synced by the wizard, cut off, and works offline', async ({ page, host }) => {
  test.slow();
  const workbench = new Workbench(page);
  const explorer = new Explorer(page);
  const wizard = new SourceWizard(page);
  const row = explorer.tree.getByRole('treeitem', { name: /^sync sales,/ });
  const counted = async (): Promise<string | undefined> => {
    await workbench.query('sales | summarize sum(pieces), dcount(month)');
    return (await workbench.rows())[0]?.join(' in ');
  };
  for (const number of [1, 2, 3])
    await put(`sales/year=2024/month=${number}/part.csv`, month(number));
  await put('readme.txt', 'not this one');
  await workbench.open(host.url);

  await test.step('a pasted connection string leaves its key to the host', async () => {
    await wizard.open('Storage, synced');
    await wizard.fill({ Address: azurite.connectionString });
    await expect(wizard.field('Address')).toHaveValue(azurite.blobs);
    await expect(wizard.field('Key, signature or token')).toHaveAttribute('type', 'password');
    await wizard.press('Connect and list files');
    await wizard.press('shop');
    await wizard.press('sales');
    await expect(wizard.field('Prefix')).toHaveValue('sales/');
    await expect(wizard.dialog.getByRole('table', { name: 'Files of the storage' })).toContainText(
      'year=2024',
    );
  });

  await test.step('fills a table, with columns from the paths', async () => {
    await wizard.press('Next');
    await expect(wizard.field('Name of the sync')).toHaveValue('sales');
    await wizard.fill({ 'Look for changes every … seconds': '1' });
    await wizard.press('Start the sync');
    await expect(wizard.dialog).toContainText('sales fills sales');
    await expect(wizard.dialog.getByRole('status')).toContainText('synced');
    await expect(page.locator('body')).not.toContainText(AZURITE_KEY);
    await wizard.press('Close');
    await row.click();
    await expect.poll(counted).toBe('6 in 3');
  });

  await test.step('follows a file that comes and one that goes', async () => {
    await put('sales/year=2024/month=4/part.csv', month(4));
    await expect.poll(counted).toBe('10 in 4');
    await container.deleteBlob('sales/year=2024/month=1/part.csv');
    await expect.poll(counted).toBe('9 in 3');
  });

  await test.step('says that the store is away, and answers all the same', async () => {
    await azurite.stop();
    await expect(row).toHaveAccessibleName(/offline · as of .* ago/);
    await expect.poll(counted).toBe('9 in 3');
  });

  await test.step('opens offline after a restart', async () => {
    await host.stop();
    await host.start();
    await workbench.open(host.url);
    await expect(row).toHaveAccessibleName(/ago/);
    await row.click();
    await expect.poll(counted).toBe('9 in 3');
  });

  await test.step('goes on when the store is back', async () => {
    await azurite.start();
    await put('sales/year=2024/month=5/part.csv', month(5));
    await expect.poll(counted).toBe('14 in 4');
    await row.dblclick();
    const details = page.getByRole('dialog', { name: 'Sync sales' });
    await expect(details).toContainText(AZURITE_ACCOUNT);
    await expect(details).not.toContainText(AZURITE_KEY);
    await details.getByRole('button', { name: 'Close' }).click();
  });
});
