import { Explorer } from './pages/explorer.ts';
import { QueryEditor } from './pages/query-editor.ts';
import { Workbench } from './pages/workbench.ts';
import { expect, test } from './support/test.ts';

test('the explorer shows, finds, inserts and asks', async ({ page, host }) => {
  const workbench = new Workbench(page);
  const explorer = new Explorer(page);
  const editor = new QueryEditor(page);
  await workbench.open(host.url);
  await page.keyboard.press('Control+Alt+N');
  await expect(workbench.tab('Query 1')).toBeVisible();

  await test.step('by keys alone: to a table, its columns, back', async () => {
    await page.keyboard.press('Control+Shift+E');
    await expect(explorer.tree).toBeFocused();
    await page.keyboard.press('b');
    await expect(explorer.selected).toContainText('BirdStrikes');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect(explorer.selected).toHaveAttribute('aria-level', '4');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect(explorer.row('BirdStrikes')).toHaveAttribute('aria-expanded', 'false');
  });

  await test.step('finds a column, and a double click inserts it quoted', async () => {
    await explorer.filter.fill('Wildlife Size');
    await explorer.row('Wildlife Size').dblclick();
    await expect.poll(() => editor.text()).toBe("['Wildlife Size']");
    await explorer.filter.fill('');
  });

  await test.step('asks for the count of a table from its menu', async () => {
    await explorer.choose('Earthquakes', 'Count rows');
    await expect.poll(() => workbench.rows()).toEqual([['1707']]);
  });
});
