import { Results } from './pages/results.ts';
import { Workbench } from './pages/workbench.ts';
import { expect, test } from './support/test.ts';

test('a tab that refreshes keeps its sort, filter, selection and place, and says how old it is', async ({
  page,
  host,
}) => {
  test.slow();
  const workbench = new Workbench(page);
  const results = new Results(page);
  const age = results.pane.getByTestId('refresh-age');
  await workbench.open(host.url);
  await page.getByRole('treeitem', { name: /^Local/ }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'New query here' }).click();
  await workbench.query('.set Numbers <| range n from 1 to 3000 step 1 | extend half = n / 2');
  await workbench.query('Numbers');
  await expect(results.status).toContainText('3,000 rows');

  await test.step('sorted, and far down', async () => {
    await results.header('n').click({ button: 'right' });
    await page.getByRole('menuitem', { name: /descending/i }).click();
    await expect(results.cell(1, 1)).toHaveText('3000');
    await results.cell(1, 1).click();
    await page.keyboard.press('Control+End');
    await expect(results.cell(3_000, 1)).toHaveText('1');
    await page.keyboard.press('PageUp');
    await expect(results.focused()).toHaveText(/^\d+$/);
  });

  await test.step('new rows come in by the sort, and the place stays', async () => {
    await results.pane.getByRole('button', { name: 'Refresh' }).click();
    await page.getByRole('menuitemradio', { name: 'Every 1 s', exact: true }).click();
    await expect(age).toHaveText(/s ago$/);
    const place = await results.grid.locator('.cg-focus').getAttribute('aria-colindex');
    const row = await results.grid.locator('.cg-row:has(.cg-focus)').getAttribute('aria-rowindex');
    await append(
      host.url,
      '.append Numbers <| range n from 3001 to 3100 step 1 | extend half = n / 2',
    );
    await expect(results.status).toContainText('3,100 rows');
    // A hundred greater numbers stand before it now, so that the row at this place is another one.
    expect(await results.grid.locator('.cg-row:has(.cg-focus)').getAttribute('aria-rowindex')).toBe(
      row,
    );
    expect(await results.grid.locator('.cg-focus').getAttribute('aria-colindex')).toBe(place);
    // The focus is in the last column, which has half of the number.
    const expected = 3_100 - (Number(row) - 2);
    await expect(results.grid.locator('.cg-focus')).toHaveText(String(Math.floor(expected / 2)));
  });

  await test.step('a failure is said, with the rows of before still there, and ends by itself', async () => {
    await append(host.url, '.rename table Numbers to Others');
    await expect(results.pane.getByRole('alert')).toContainText('Numbers');
    await expect(results.status).toContainText('3,100 rows');
    await append(host.url, '.rename table Others to Numbers');
    await expect(results.pane.getByRole('alert')).toBeHidden();
    await results.pane.getByRole('button', { name: 'Refresh' }).click();
    await page.getByRole('menuitemradio', { name: 'No refresh' }).click();
    await expect(age).toBeHidden();
  });
});

/** Runs a command as another client of the same host. */
async function append(url: string, csl: string): Promise<void> {
  const address = new URL(url);
  const answer = await fetch(new URL('/v1/rest/mgmt', address), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${address.searchParams.get('token')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ db: 'Local', csl }),
  });
  expect(answer.status).toBe(200);
}
