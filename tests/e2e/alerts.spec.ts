import { Workbench } from './pages/workbench.ts';
import { expect, test } from './support/test.ts';

test('an alert is made of a query, tells what arrives, is muted and deleted', async ({
  page,
  host,
  context,
}) => {
  test.slow();
  await context.grantPermissions(['notifications']);
  const workbench = new Workbench(page);
  const dialog = page.getByRole('dialog', { name: 'Make an alert' });
  const alerts = page.getByRole('table', { name: 'Alerts', exact: true });
  const row = alerts.getByRole('row', { name: /Too hot/ });
  await workbench.open(host.url);
  await page.getByRole('treeitem', { name: /^Local/ }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'New query here' }).click();
  await workbench.query('.create table Heat (room: string, degrees: real)');
  await expect(workbench.table('Heat')).toBeVisible();

  await test.step('the query under the caret becomes an alert, tried before', async () => {
    await workbench.write('Heat | where degrees > 30 | render columnchart');
    await workbench.menu('Data', 'Make an alert of the current query');
    await expect(dialog.getByRole('textbox', { name: /^Query/ })).toHaveValue(
      'Heat | where degrees > 30',
    );
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Too hot');
    await dialog.getByRole('textbox', { name: 'Message' }).fill('{rows} hot rooms');
    await dialog.getByRole('combobox', { name: 'Looks' }).click();
    await page.getByRole('option', { name: 'When rows arrive' }).click();
    await dialog.getByRole('button', { name: 'Try it' }).click();
    await expect(dialog.getByRole('status')).toHaveText('It would not tell: 0 rows.');
    await dialog.getByRole('button', { name: 'Make the alert' }).click();
    await expect(dialog).toBeHidden();
  });

  await test.step('what arrives is told in the window and kept', async () => {
    await workbench.menu('Data', /^Alerts$/);
    await expect(row).toContainText('quiet');
    await page
      .getByRole('tab', { name: /^Query/ })
      .last()
      .click();
    await workbench.query('.ingest inline into table Heat <| kitchen,35');
    await expect(workbench.notifications).toContainText('1 hot rooms');
    await page.getByRole('tab', { name: 'Alerts' }).click();
    await expect(row).toContainText('firing');
    await expect(page.getByRole('table', { name: 'What alerts told' })).toContainText(
      '1 hot rooms',
    );
  });

  await test.step('it is muted, and deleted', async () => {
    await row.getByRole('button', { name: 'Mute Too hot' }).click();
    await expect(row).toContainText('muted');
    await row.getByRole('button', { name: 'Delete Too hot' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(row).toBeHidden();
  });
});
