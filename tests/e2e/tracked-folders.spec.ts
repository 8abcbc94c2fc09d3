import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workbench } from './pages/workbench.ts';
import { expect, test } from './support/test.ts';

test('query files of a folder are opened, changed and saved where they lie', async ({
  page,
  host,
}) => {
  const folder = test.info().outputPath('team');
  mkdirSync(join(folder, 'daily'), { recursive: true });
  writeFileSync(join(folder, 'one.kql'), 'print answer = 42\n');
  const late = join(folder, 'daily', 'late.kql');
  writeFileSync(late, 'Flights | count\n');

  const workbench = new Workbench(page);
  await workbench.open(host.url);
  await workbench.menu('File', 'Track a folder of queries');
  const dialog = page.getByRole('dialog', { name: 'Track a folder of queries' });
  await dialog.getByRole('textbox').fill(folder);
  await dialog.getByRole('button', { name: 'Track' }).click();
  const tracked = page.getByRole('region', { name: 'Tracked folders' });
  await expect(tracked.getByRole('listitem')).toHaveText(['daily/late.kql', 'one.kql']);

  await page.getByRole('searchbox', { name: 'Search saved queries' }).fill('late');
  await expect(tracked.getByRole('listitem')).toHaveText(['daily/late.kql']);
  await tracked.getByRole('button', { name: 'daily/late.kql' }).click();
  await expect(workbench.tab('late')).toBeVisible();
  await workbench.query('Flights | summarize n = count()');
  await expect.poll(() => workbench.rows()).toEqual([['600000']]);
  await page.keyboard.press('ControlOrMeta+s');
  await expect(workbench.notifications).toContainText('Saved late.kql');
  expect(readFileSync(late, 'utf8')).toBe('Flights | summarize n = count()');

  // Opened once more, it is the same tab; a folder that is no longer tracked keeps its files.
  await tracked.getByRole('button', { name: 'daily/late.kql' }).click();
  await expect(workbench.tab('late')).toHaveCount(1);
  await page.reload();
  await expect(tracked.getByRole('listitem')).toHaveText(['daily/late.kql', 'one.kql']);
  await tracked.getByRole('button', { name: 'Stop tracking team' }).click();
  await expect(tracked.getByRole('listitem')).toHaveCount(0);
  expect(readFileSync(late, 'utf8')).toBe('Flights | summarize n = count()');
});
