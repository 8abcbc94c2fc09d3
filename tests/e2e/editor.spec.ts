import { QueryEditor } from './pages/query-editor.ts';
import { Workbench } from './pages/workbench.ts';
import { expect, test } from './support/test.ts';

test('the editor helps while a query is typed', async ({ page, host }) => {
  const workbench = new Workbench(page);
  const editor = new QueryEditor(page);
  await workbench.open(host.url);
  await page.keyboard.press('Control+Alt+N');
  await expect(workbench.tab('Query 1')).toBeVisible();

  await test.step('completes a column of the table, in scope', async () => {
    await editor.type('Flights\n| where dela');
    await expect(editor.suggestion('delay')).toBeVisible();
    await page.keyboard.press('Tab');
    await expect.poll(() => editor.text()).toBe('Flights\n| where delay');
  });

  await test.step('marks a name that does not exist, at its place', async () => {
    await editor.type(' > 600 and orgin == "ORD"');
    await page.keyboard.press('Escape');
    await expect(editor.squiggles).toHaveCount(1);
  });

  await test.step('knows the commands of this program, and marks what they can not read', async () => {
    const before = await editor.text();
    await workbench.write('.show streams | where Lag > 100');
    await page.waitForTimeout(1_500);
    await expect(editor.squiggles).toHaveCount(0);
    await workbench.write('.show streems');
    await expect(editor.squiggles).toHaveCount(1);
    await workbench.write(before);
    await expect(editor.squiggles).toHaveCount(1);
  });

  await test.step('says in a panel and behind the line why a run failed', async () => {
    await page.keyboard.press('F5');
    await expect(page.getByRole('alert').filter({ hasText: 'orgin' })).toBeVisible();
    await expect(page.getByRole('table', { name: 'Problems' })).toContainText('line 2');
    await expect.poll(() => editor.text()).toContain("The name 'orgin' does not refer");
  });

  await test.step('formats', async () => {
    await workbench.write('Flights|where delay>600|count');
    await page.keyboard.press('Shift+Alt+F');
    await expect.poll(() => editor.text()).toBe('Flights\n| where delay > 600\n| count');
  });
});

test('a run takes the block at the caret, a selection before it', async ({ page, host }) => {
  const workbench = new Workbench(page);
  await workbench.open(host.url);
  await page.keyboard.press('Control+Alt+N');
  await workbench.query('print one = 1\n\nprint two = 2');
  await expect.poll(() => workbench.rows()).toEqual([['2']]);
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('F5');
  await expect.poll(() => workbench.rows()).toEqual([['1']]);
  await page.keyboard.press('Control+A');
  await workbench.run();
  await expect(page.getByRole('tab', { name: 'Results' })).toBeVisible();
});

test('the text, the tabs and their order come back after a reload', async ({ page, host }) => {
  const workbench = new Workbench(page);
  const editor = new QueryEditor(page);
  await workbench.open(host.url);
  await page.keyboard.press('Control+Alt+N');
  await workbench.write('print kept = "yes"');
  await expect(workbench.tab('Query 1')).toBeVisible();
  // Saved within a second of the last key.
  await page.waitForTimeout(1_000);
  await page.reload();
  await workbench.ready();
  await workbench.tab('Query 1').click();
  await expect.poll(() => editor.text()).toBe('print kept = "yes"');
});
