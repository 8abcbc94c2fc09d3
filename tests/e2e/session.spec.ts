import { QueryEditor } from './pages/query-editor.ts';
import { Workbench } from './pages/workbench.ts';
import { expect, test } from './support/test.ts';

test('a query that runs on is cancelled, and the next one answers', async ({ page, host }) => {
  const workbench = new Workbench(page);
  await workbench.open(host.url);
  await workbench.write(
    'range a from 1 to 200000 step 1 | extend k = 1 | join kind=inner (range b from 1 to 200000 step 1 | extend k = 1) on k | summarize sum(a * b)',
  );
  await page.keyboard.press('F5');
  const cancel = page.getByTitle(/^Cancel the query/);
  await expect(cancel).toBeEnabled();
  await page.keyboard.press('Shift+F5');
  await expect(cancel).toBeDisabled();
  await expect(page.getByText('The query was cancelled.')).toBeVisible();
  await workbench.query('print answer = 42');
  await expect.poll(() => workbench.rows()).toEqual([['42']]);
});

test('an error is underlined where it stands, below a first statement as well', async ({
  page,
  host,
}) => {
  const workbench = new Workbench(page);
  const editor = new QueryEditor(page);
  await workbench.open(host.url);
  await page.keyboard.press('Control+Alt+N');
  await workbench.query('print fine = 1\n\nFlights\n| where dealy > 3');
  await expect(editor.squiggles).toHaveCount(1);
  const line = page.locator('.view-line', { hasText: 'dealy' }).first();
  const [mark, place] = [await editor.squiggles.boundingBox(), await line.boundingBox()];
  expect(mark && place && mark.y >= place.y - 2 && mark.y < place.y + place.height).toBe(true);
  await expect(page.getByRole('table', { name: 'Problems' })).toContainText('line 4');
});

test('the host dies and comes back: tabs and text are as they were', async ({ page, host }) => {
  const workbench = new Workbench(page);
  const editor = new QueryEditor(page);
  await workbench.open(host.url);
  await page.keyboard.press('Control+Alt+N');
  await workbench.write('print kept = "yes"');
  // What is typed is saved within a second.
  await page.waitForTimeout(1_500);
  await host.stop('SIGKILL');
  await expect(page.getByRole('status').filter({ hasText: 'Connected' })).toBeHidden();
  await expect.poll(() => editor.text()).toBe('print kept = "yes"');
  await host.start();
  await workbench.open(host.url);
  await workbench.tab('Query 1').click();
  await expect.poll(() => editor.text()).toBe('print kept = "yes"');
  await workbench.run();
  await expect.poll(() => workbench.rows()).toEqual([['yes']]);
});

test('options are as they were set after a restart', async ({ page, host }) => {
  const workbench = new Workbench(page);
  await workbench.open(host.url);
  await page.keyboard.press('Control+,');
  const options = page.getByRole('dialog', { name: 'Options' });
  await options.getByRole('combobox', { name: 'Theme' }).selectOption('High contrast');
  await expect(page.locator('[data-theme="contrast"]')).toHaveCount(1);
  await options.getByRole('spinbutton', { name: 'Grid font size' }).fill('16');
  await options.getByRole('spinbutton', { name: 'Grid font size' }).press('Enter');
  await options.getByRole('button', { name: 'Close' }).click();
  await page.waitForTimeout(1_500);
  await host.stop();
  await host.start();
  await workbench.open(host.url);
  await expect(page.locator('[data-theme="contrast"]')).toHaveCount(1);
  await page.keyboard.press('Control+,');
  await expect(options.getByRole('spinbutton', { name: 'Grid font size' })).toHaveValue('16');
});
