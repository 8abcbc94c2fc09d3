import { Results } from './pages/results.ts';
import { Workbench } from './pages/workbench.ts';
import { expect, test } from './support/test.ts';

const MILLION = 'range n from 1 to 3000000 step 1 | extend name = strcat("row ", n)';

test('every row of a long result is reached by key and by number', async ({ page, host }) => {
  const workbench = new Workbench(page);
  const results = new Results(page);
  await workbench.open(host.url);
  await workbench.query(MILLION);
  await expect(results.status).toContainText('3,000,000 rows');
  await expect(results.grid).toHaveAttribute('aria-rowcount', '3000001');

  await results.cell(1, 1).click();
  await page.keyboard.press('Control+End');
  await expect(results.focused()).toHaveText('row 3000000');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('PageDown');
  await expect(results.focused()).toHaveText('row 3000000');
  await page.keyboard.press('Control+Home');
  await expect(results.focused()).toHaveText('1');

  await page.keyboard.press('Control+g');
  await page.getByRole('textbox', { name: /Row number/ }).fill('1,234,567');
  await page.keyboard.press('Enter');
  await expect(results.cell(1_234_567, 1)).toHaveText('1234567');
  await expect(results.cell(1_234_567, 2)).toHaveText('row 1234567');
});

test('sort, filter, search and figures of a selection', async ({ page, host }) => {
  const workbench = new Workbench(page);
  const results = new Results(page);
  await workbench.open(host.url);
  await workbench.query(
    'datatable(city: string, n: long) ["Oslo", 3, "Lima", 1, "Rome", 2, "", long(null)]',
  );
  await expect(results.status).toContainText('4 rows');

  await results.header('n').click();
  await expect(results.header('n')).toHaveAttribute('aria-sort', 'ascending');
  await results.header('n').click();
  await expect(results.header('n')).toHaveAttribute('aria-sort', 'descending');
  await expect(results.cell(1, 1)).toHaveText('Oslo');
  await results.header('n').click();
  await expect(results.header('n')).toHaveAttribute('aria-sort', 'none');

  await results.columnMenu('city', /Filter and explore/);
  await page.getByRole('checkbox', { name: 'Rome' }).check();
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(results.status).toContainText('1 of 4 rows');
  await expect(results.cell(1, 1)).toHaveText('Rome');
  await page.getByRole('button', { name: 'Remove the filter on city' }).click();
  await expect(results.status).toContainText('4 rows');

  await results.cell(1, 2).click();
  await results.cell(3, 2).click({ modifiers: ['Shift'] });
  await expect(results.selection).toContainText('Sum 6');
  await expect(results.selection).toContainText('Avg 2');

  await page.keyboard.press('Control+f');
  await results.search.getByRole('searchbox').fill('lim');
  await expect(results.search).toContainText('1 matching row');
  await expect(results.cell(2, 1).locator('mark')).toHaveText('Lim');
  await results.search.getByRole('switch', { name: 'Only matching rows' }).check();
  await expect(results.status).toContainText('1 of 4 rows');
});

test('a cell is text, JSON a tree, a value a filter', async ({ page, host }) => {
  const workbench = new Workbench(page);
  const results = new Results(page);
  await workbench.open(host.url);
  await workbench.query(
    'print html = "<img src=x onerror=alert(1)>", bag = dynamic({"a": {"b": [1, 9223372036854775807]}})',
  );
  await expect(results.cell(1, 1)).toHaveText('<img src=x onerror=alert(1)>');
  await expect(results.grid.locator('img')).toHaveCount(0);

  await results.cell(1, 2).dblclick();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('treeitem', { name: /9223372036854775807/ })).toBeVisible();
  await dialog.getByRole('treeitem', { name: /9223372036854775807/ }).click();
  await expect(dialog).toContainText('bag.a.b[1]');
  await dialog.getByRole('button', { name: 'Add as filter' }).click();
  await expect(workbench.page.locator('.monaco-editor').first()).toContainText(
    'where tolong(bag.a.b[1]) == 9223372036854775807',
  );
});

test('columns are moved, hidden and shown by keyboard and remembered', async ({ page, host }) => {
  const workbench = new Workbench(page);
  const results = new Results(page);
  await workbench.open(host.url);
  await workbench.query('print aa = 1, bb = 2, cc = 3');
  await results.cell(1, 1).click();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Control+Shift+ArrowRight');
  await expect(results.cell(1, 1)).toHaveText('2');
  await expect(results.cell(1, 2)).toHaveText('1');
  await page.keyboard.press('Alt+ArrowDown');
  await page.getByRole('menuitem', { name: 'Hide' }).click();
  await expect(results.header('aa')).toHaveCount(0);
  await workbench.query('print cc = 6, bb = 5, aa = 4');
  await expect(results.header('aa')).toHaveCount(0);
  await expect(results.cell(1, 1)).toHaveText('5');
  await expect(results.cell(1, 2)).toHaveText('6');
});
