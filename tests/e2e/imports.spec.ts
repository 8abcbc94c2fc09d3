import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImportWizard } from './pages/import-wizard.ts';
import { Workbench } from './pages/workbench.ts';
import { expect, test } from './support/test.ts';

/** All files below a folder. */
function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

test('a cell that does not fit is kept aside and reported with its place', async ({
  page,
  host,
}) => {
  const workbench = new Workbench(page);
  const wizard = new ImportWizard(page);
  await workbench.open(host.url);
  const rows = Array.from({ length: 20 }, (_, i) => `${i},${i}.5`);
  rows[6] = '6,warm';
  await wizard.drop('readings.csv', `id,celsius\n${rows.join('\n')}\n`);
  await wizard.typeOf('celsius').click();
  await page.getByRole('option', { name: 'real', exact: true }).click();
  await wizard.dialog.getByRole('radio', { name: 'Becomes null and is kept aside' }).check();
  await wizard.accept();
  const rejected = wizard.dialog.getByRole('table', { name: /Rejected cells/ });
  await expect(rejected.getByRole('row').nth(1)).toContainText('readings.csv');
  await expect(rejected.getByRole('row').nth(1).getByRole('cell')).toHaveText([
    'readings.csv',
    // The first row of data is 1.
    '7',
    'celsius',
    'warm',
    /real/,
  ]);
  await wizard.dialog.getByRole('button', { name: 'Query it' }).click();
  await workbench.query('readings | summarize rows = count(), empty = countif(isnull(celsius))');
  await expect.poll(() => workbench.rows()).toEqual([['20', '1']]);
});

test('a cancelled import leaves nothing behind', async ({ page, host }) => {
  const workbench = new Workbench(page);
  const wizard = new ImportWizard(page);
  await workbench.open(host.url);
  const before = files(join(host.dataFolder, 'extents'));
  const folder = test.info().outputPath('source');
  mkdirSync(folder, { recursive: true });
  const block = Array.from({ length: 50_000 }, (_, i) => `${i},"name ${i}",${i * 1.5}\n`).join('');
  writeFileSync(join(folder, 'long.csv'), `id,name,value\n${block.repeat(60)}`);

  await page.getByRole('button', { name: 'Import data' }).first().click();
  const chooser = page.waitForEvent('filechooser');
  await wizard.dialog.getByRole('button', { name: 'Browse files' }).click();
  await (await chooser).setFiles(join(folder, 'long.csv'));
  await expect(wizard.preview).toBeVisible({ timeout: 60_000 });
  await wizard.dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(wizard.dialog.getByText(/^Importing into/)).toBeVisible();
  await wizard.dialog.getByRole('button', { name: 'Cancel' }).click();
  // Back at the form, with everything as it was set.
  await expect(wizard.table).toHaveValue('long');
  await wizard.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(wizard.dialog).toBeHidden();

  await expect(workbench.table('long')).toHaveCount(0);
  expect(files(join(host.dataFolder, 'extents'))).toEqual(before);
  await expect.poll(() => files(join(host.dataFolder, 'staging'))).toEqual([]);
  await expect.poll(() => files(join(host.dataFolder, 'tmp'))).toEqual([]);
});

test('a dropped folder is imported with the files in it', async ({ page, host }) => {
  const workbench = new Workbench(page);
  const wizard = new ImportWizard(page);
  await workbench.open(host.url);
  const folder = test.info().outputPath('months');
  mkdirSync(join(folder, 'late'), { recursive: true });
  writeFileSync(join(folder, 'jan.csv'), 'month,n\njan,1\n');
  writeFileSync(join(folder, 'late', 'feb.csv'), 'month,n\nfeb,2\n');
  writeFileSync(join(folder, '.hidden'), 'no data');

  // A real drag from the desk: entries of folders can't be made by a script.
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 700, y: 500, data });
  await expect(wizard.preview).toBeVisible();
  await expect(wizard.dialog).toContainText('2 files');
  await wizard.table.fill('months');
  await wizard.accept();
  await wizard.dialog.getByRole('button', { name: 'Query it' }).click();
  await workbench.query('months | sort by n asc');
  await expect
    .poll(() => workbench.rows())
    .toEqual([
      ['jan', '1'],
      ['feb', '2'],
    ]);
});

test('rows that are pasted beside a text open the wizard', async ({ page, host, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const workbench = new Workbench(page);
  const wizard = new ImportWizard(page);
  await workbench.open(host.url);
  await page.evaluate(() => navigator.clipboard.writeText('a\tb\n1\t2\n'));
  await workbench.table('Flights').click();
  await page.keyboard.press('ControlOrMeta+v');
  await expect(wizard.preview).toBeVisible();
  await expect(wizard.typeOf('b')).toHaveText('long');
});

test('pasted rows become a table', async ({ page, host, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const workbench = new Workbench(page);
  const wizard = new ImportWizard(page);
  await workbench.open(host.url);
  await page.evaluate(() => navigator.clipboard.writeText('city\tn\nOslo\t3\nLima\t1\n'));
  await workbench.menu('Data', 'Get data from the clipboard');
  await expect(wizard.preview).toBeVisible();
  await expect(wizard.typeOf('n')).toHaveText('long');
  await wizard.table.fill('pasted');
  await wizard.accept();
  await wizard.dialog.getByRole('button', { name: 'Query it' }).click();
  await expect
    .poll(() => workbench.rows())
    .toEqual([
      ['Oslo', '3'],
      ['Lima', '1'],
    ]);
});
