import { Workbench } from './pages/workbench.ts';
import { expect, test } from './support/test.ts';

test('a query is opened, run and read with the keyboard alone', async ({ page, host }) => {
  const workbench = new Workbench(page);
  await workbench.open(host.url);

  await page.keyboard.press('Control+Alt+p');
  const palette = page.getByRole('dialog', { name: 'Commands' });
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('New query');
  await expect(palette.getByRole('option').first()).toContainText('New query');
  await page.keyboard.press('Enter');
  await expect(palette).toBeHidden();

  await expect(workbench.editor).toBeFocused();
  await page.keyboard.insertText('range x from 1 to 3 step 1 | extend y = x * 10');
  await page.keyboard.press('Shift+Enter');
  await expect(workbench.resultStatus).toContainText('3 rows');

  // The editor keeps Tab for itself; F6 leads on to the next part of the window.
  await page.keyboard.press('F6');
  await expect(workbench.grid.locator(':focus')).toHaveCount(1);
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect(workbench.grid.getByRole('gridcell', { selected: true })).toHaveText('20');
});

test('every control has a name', async ({ page, host }) => {
  const workbench = new Workbench(page);
  await workbench.open(host.url);
  await workbench.query('Flights | take 3');
  await expect(workbench.resultStatus).toContainText('3 rows');

  const nameless: string[] = [];
  for (const role of ['button', 'tab', 'menuitem', 'textbox', 'searchbox', 'combobox'] as const)
    for (const control of await page.getByRole(role).all()) {
      const name = await control.evaluate(
        (element) =>
          element.getAttribute('aria-label') ??
          (element.textContent?.trim() || element.getAttribute('title')) ??
          '',
      );
      const labelled = await control.evaluate(
        (element) =>
          element.hasAttribute('aria-labelledby') ||
          ((element as HTMLInputElement).labels?.length ?? 0) > 0,
      );
      if (name === '' && !labelled)
        nameless.push(await control.evaluate((element) => element.outerHTML.slice(0, 120)));
    }
  expect(nameless).toEqual([]);
});

test('the parts of the window are what they say', async ({ page, host }) => {
  const workbench = new Workbench(page);
  await workbench.open(host.url);
  await workbench.query('range x from 1 to 2 step 1');
  await expect(workbench.resultStatus).toContainText('2 rows');

  await expect(page.getByRole('main')).toHaveCount(1);
  await expect(page.getByRole('menubar')).toHaveCount(1);
  await expect(workbench.explorer).toHaveRole('tree');
  await expect(workbench.grid).toHaveAttribute('aria-rowcount', /^[23]$/);
  await expect(workbench.grid.getByRole('columnheader', { name: 'x, long' })).toBeVisible();
  await expect(page.getByRole('log', { name: 'Notifications' })).toHaveCount(1);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

test('an error is announced and leads to its place', async ({ page, host }) => {
  const workbench = new Workbench(page);
  await workbench.open(host.url);
  await workbench.query('Flights | where nothing > 1');
  await expect(page.getByRole('alert').filter({ hasText: 'nothing' }).first()).toBeVisible();
});
