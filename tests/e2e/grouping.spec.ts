import { Results } from './pages/results.ts';
import { Workbench } from './pages/workbench.ts';
import { expect, test } from './support/test.ts';

// In one line: the editor would add a bracket of its own before a new one.
const SALES =
  'datatable(city: string, year: long, n: long) ["Oslo", 2025, 3, "Oslo", 2026, 4, "Lima", 2025, 1, "Oslo", 2025, 5, "Lima", 2025, 1]';

test('rows are grouped, a group shows its rows, a column is spread', async ({ page, host }) => {
  const workbench = new Workbench(page);
  const results = new Results(page);
  await workbench.open(host.url);
  await workbench.query(SALES);
  await expect(results.status).toContainText('5 rows');

  await results.columnMenu('city', 'Group by this column');
  await expect(page.getByRole('tab', { name: 'By city' })).toBeVisible();
  await expect
    .poll(() => workbench.rows())
    .toEqual([
      ['Lima', '2'],
      ['Oslo', '3'],
    ]);
  await results.cell(2, 1).dblclick();
  await expect(results.status).toContainText('3 of 5 rows');
  await page.getByRole('button', { name: 'Remove the filter on city' }).click();

  await page.getByRole('button', { name: 'Group and pivot' }).click();
  const panel = page.getByRole('complementary', { name: 'Group and pivot' });
  await panel.getByRole('checkbox', { name: 'city' }).check();
  await panel.getByRole('combobox', { name: 'Columns', exact: true }).click();
  await page.getByRole('option', { name: 'year' }).click();
  await panel.getByRole('combobox', { name: 'Column of the value' }).click();
  await page.getByRole('option', { name: 'n', exact: true }).click();
  await expect(panel).toContainText('evaluate pivot(year, sum(n), city)');
  await panel.getByRole('button', { name: 'Show' }).click();
  await expect(page.getByRole('tab', { name: 'city × year' })).toBeVisible();
  await expect
    .poll(() => workbench.rows())
    .toEqual([
      ['Lima', '2', '0'],
      ['Oslo', '8', '4'],
    ]);
  await page.getByRole('button', { name: 'Close this result' }).click();
  await expect(page.getByRole('tab', { name: 'city × year' })).toHaveCount(0);
});

test('equal rows are shown once; a value is kept or left out', async ({ page, host }) => {
  const workbench = new Workbench(page);
  const results = new Results(page);
  await workbench.open(host.url);
  await workbench.query(SALES);
  await expect(results.status).toContainText('5 rows');
  await results.cell(1, 1).click();
  await page.keyboard.press('Control+Shift+d');
  await expect(results.status).toContainText('4 of 5 rows');
  await page.getByRole('button', { name: 'Show duplicate rows again' }).click();
  await expect(results.status).toHaveText(/^5 rows/);
  await expect(results.cell(3, 1)).not.toHaveText('');

  await results.cell(3, 1).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Hide this value of city' }).click();
  await expect(results.status).toContainText('3 of 5 rows');
  await results.cell(1, 2).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Exclude selection in the query' }).click();
  await expect(page.locator('.view-lines').first()).toContainText('| where not(year == 2025)');
  await workbench.run();
  await expect.poll(() => workbench.rows()).toEqual([['Oslo', '2026', '4']]);
});

test('cells are coloured by their values', async ({ page, host }) => {
  const workbench = new Workbench(page);
  const results = new Results(page);
  await workbench.open(host.url);
  await workbench.query(
    'Flights | summarize n = count(), late = avg(delay) by origin | top 30 by n',
  );
  const colour = async (column: string): Promise<void> => {
    await results.header(column).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Colour by value' }).click();
  };
  const shade = (row: number, column: number): Promise<string> =>
    results.cell(row, column).evaluate((cell) => getComputedStyle(cell).backgroundColor);
  const plain = await shade(2, 2);
  await colour('n');
  await expect.poll(() => shade(2, 2)).not.toBe(plain);
  // Sorted by n: the first row has the strongest colour, the last one the weakest.
  const alpha = (colour: string): number => Number(/([\d.]+)\)$/.exec(colour)?.[1]);
  expect(alpha(await shade(2, 2))).toBeGreaterThan(alpha(await shade(12, 2)));
  await colour('origin');
  await expect.poll(() => shade(2, 1)).not.toBe(plain);
  expect(await shade(2, 1)).not.toBe(await shade(3, 1));
  await page.screenshot({ path: test.info().outputPath('coloured.png') });
  await results.header('n').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'No colours' }).click();
  await expect.poll(() => shade(2, 2)).toBe(plain);
});

test('text wraps within its cell', async ({ page, host }) => {
  const workbench = new Workbench(page);
  const results = new Results(page);
  await workbench.open(host.url);
  await workbench.query('print text = "one\\ntwo\\nthree"');
  const height = async (): Promise<number> => (await results.cell(1, 1).boundingBox())?.height ?? 0;
  await expect(results.cell(1, 1)).toHaveText('one ↵ two ↵ three');
  const single = await height();
  await page.getByRole('button', { name: 'View of the results' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Wrap text' }).click();
  await expect.poll(height).toBeGreaterThan(2 * single);
  await expect(results.cell(1, 1)).toHaveText('one\ntwo\nthree', { useInnerText: true });
});
