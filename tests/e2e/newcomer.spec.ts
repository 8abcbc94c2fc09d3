import { readFileSync } from 'node:fs';
import { ImportWizard } from './pages/import-wizard.ts';
import { Workbench } from './pages/workbench.ts';
import { readFirstSheet } from './support/read-xlsx.ts';
import { expect, test } from './support/test.ts';

/** Three cities, twenty days each: 1…20 degrees, 21…40 degrees, and 5.5 degrees always. */
function weather(): string {
  const lines = ['city,day,temperature'];
  for (let day = 1; day <= 20; day++) {
    const date = `2026-01-${String(day).padStart(2, '0')}`;
    lines.push(`Oslo,${date},${day}.0`, `Lima,${date},${day + 20}.0`, `"Rome, Italy",${date},5.5`);
  }
  return `${lines.join('\n')}\n`;
}

const AVERAGES = [
  ['Lima', '30.5'],
  ['Oslo', '10.5'],
  ['Rome, Italy', '5.5'],
];
const QUESTION = `weather
| summarize mean = avg(temperature) by city
| sort by city asc
| render columnchart with (title="Mean temperature")`;

/** What somebody does who has just installed the program. */
test('a newcomer goes from a sample to an own file, a picture, a workbook and back', async ({
  page,
  host,
}) => {
  test.slow();
  const workbench = new Workbench(page);
  const wizard = new ImportWizard(page);

  await test.step('opens the program and runs a query over the sample', async () => {
    await workbench.open(host.url);
    await workbench.query(
      'Flights | summarize n = count() by origin | top 3 by n | project origin',
    );
    await expect(workbench.resultStatus).toContainText('3 rows');
    expect(await workbench.rows()).toEqual([['ORD'], ['DFW'], ['ATL']]);
  });

  await test.step('drops a file in and accepts what the wizard proposes', async () => {
    await wizard.drop('weather.csv', weather());
    await expect(wizard.table).toHaveValue('weather');
    await expect(wizard.typeOf('city')).toHaveText('string');
    await expect(wizard.typeOf('day')).toHaveText('datetime');
    await expect(wizard.typeOf('temperature')).toHaveText('real');
    await wizard.accept();
    await expect(wizard.dialog).toContainText('60 rows are in weather');
    await wizard.dialog.getByRole('button', { name: 'Query it' }).click();
    await expect(wizard.dialog).toBeHidden();
    await expect(workbench.table('weather')).toBeVisible();
    await expect(workbench.resultStatus).toContainText('60 rows');
  });

  await test.step('asks a question of it and sees a chart', async () => {
    await workbench.query(QUESTION);
    await expect(workbench.chart).toBeVisible();
    await expect(workbench.chart).toHaveAccessibleName(/Mean temperature/);
    await expect(workbench.chart.locator('.bars .point')).toHaveCount(3);
    await workbench.tab('Results').click();
    await expect(workbench.resultStatus).toContainText('3 rows');
    expect(await workbench.rows()).toEqual(AVERAGES);
  });

  await test.step('exports the answer as a workbook', async () => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: /Excel/ }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/\.xlsx$/);
    const sheet = await readFirstSheet(readFileSync(await file.path()));
    expect(sheet).toEqual([['city', 'mean'], ...AVERAGES]);
  });

  await test.step('ends the program, starts it again and finds it all', async () => {
    // What is typed is saved within a second; a person is slower than this test.
    await expect(page.getByRole('status').filter({ hasText: 'Connected' })).toBeVisible();
    await page.waitForTimeout(1_500);
    await host.stop();
    await host.start();
    await workbench.open(host.url);
    await expect(workbench.table('weather')).toBeVisible();
    await workbench.tab('Query 1').click();
    await workbench.run();
    await expect(workbench.chart).toBeVisible();
    await workbench.tab('Results').click();
    await expect.poll(() => workbench.rows()).toEqual(AVERAGES);
    await workbench.tab('History').click();
    await expect(page.getByRole('tabpanel', { name: 'History' })).toContainText('Flights');
  });
});
