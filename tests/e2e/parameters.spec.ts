import { QueryEditor } from './pages/query-editor.ts';
import { Workbench } from './pages/workbench.ts';
import { expect, test } from './support/test.ts';

test('a parameter is replaced in all tabs, and an error stands where the person wrote', async ({
  page,
  host,
}) => {
  const workbench = new Workbench(page);
  const editor = new QueryEditor(page);
  await workbench.open(host.url);
  await page.keyboard.press('Control+Alt+N');
  await workbench.write('print city = "{city}", n = strlen("{city}")');
  await workbench.menu('Query', 'Parameters…');
  const dialog = page.getByRole('dialog', { name: 'Query parameters' });
  // The editor closes a bracket that is typed, so the name is found wherever it stands in braces.
  await dialog.getByRole('button', { name: 'Add {city}' }).click();
  await dialog.getByRole('textbox', { name: 'Value of city' }).fill('Oslo');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await workbench.run();
  await expect.poll(() => workbench.rows()).toEqual([['Oslo', '4']]);

  await page.keyboard.press('Control+Alt+N');
  await workbench.query('print x = "{city}", y = nothing');
  await expect(page.getByRole('table', { name: 'Problems' })).toContainText('line 1, 25');
  await expect(editor.squiggles).toHaveCount(1);
});

test('#connect takes the tab to a database', async ({ page, host }) => {
  const workbench = new Workbench(page);
  await workbench.open(host.url);
  await page.keyboard.press('Control+Alt+N');
  await workbench.query(
    "#connect cluster('local').database('Local')\nprint db = current_database()",
  );
  await expect.poll(() => workbench.rows()).toEqual([['Local']]);
  await expect(page.getByRole('button', { name: 'Database of this tab: Local' })).toBeVisible();
  await workbench.query("#connect database('Nowhere')\nprint 1");
  await expect(workbench.notifications).toContainText('There is no database Nowhere.');
});

test('text is found and replaced in all tabs', async ({ page, host }) => {
  const workbench = new Workbench(page);
  const editor = new QueryEditor(page);
  await workbench.open(host.url);
  await page.keyboard.press('Control+Alt+N');
  await workbench.write('print one = "needle"');
  await page.keyboard.press('Control+Alt+N');
  await workbench.write('print two = "Needle"');
  // What is typed is handed over within half a second.
  await page.waitForTimeout(1_000);
  await page.keyboard.press('Control+Shift+h');
  const dialog = page.getByRole('dialog', { name: 'Replace in all tabs' });
  await dialog.getByRole('combobox', { name: 'Text or name of a tab' }).fill('needle');
  await expect(dialog.getByRole('option')).toHaveCount(2);
  await dialog.getByRole('textbox', { name: 'Replace by' }).fill('thread');
  await dialog.getByRole('button', { name: 'Replace all' }).click();
  await expect(dialog.getByRole('status')).toHaveText('Replaced 2 places.');
  await dialog.getByRole('combobox', { name: 'Text or name of a tab' }).fill('one = "thr');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect.poll(() => editor.text()).toBe('print one = "thread"');
});
