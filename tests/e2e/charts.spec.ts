import { Workbench } from './pages/workbench.ts';
import { expect, test } from './support/test.ts';

test('places are drawn on a map without a network', async ({ page, host }) => {
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.hostname !== '127.0.0.1')
      elsewhere.push(request.url());
  });
  const workbench = new Workbench(page);
  await workbench.open(host.url);
  await workbench.query(
    'datatable(city: string, longitude: real, latitude: real) ["Oslo", 10.7, 59.9, "Lima", -77.0, -12.0] | render scatterchart with (kind=map)',
  );
  await expect(workbench.chart).toHaveAccessibleName(/^Map of/);
  await expect(workbench.chart.locator('.points path')).toHaveCount(2);
  // Coasts and borders come in pieces.
  await expect.poll(() => workbench.chart.locator('.lines path').count()).toBeGreaterThan(20);
  expect(elsewhere).toEqual([]);
});

test('a time pivot has a lane for each group; a pivot chart opens its panel', async ({
  page,
  host,
}) => {
  const workbench = new Workbench(page);
  await workbench.open(host.url);
  await workbench.query(
    'datatable(at: datetime, host: string) [datetime(2026-01-01), "a", datetime(2026-01-02), "b"] | render timepivot',
  );
  // Drawn from below: the first lane is the last text.
  await expect(workbench.chart.locator('.yaxislayer-above text')).toHaveText(['b', 'a']);
  await workbench.query('datatable(city: string, n: long) ["Oslo", 3] | render pivotchart');
  await expect(page.getByRole('complementary', { name: 'Group and pivot' })).toBeVisible();
});

test('measures are split over panels and over axes', async ({ page, host }) => {
  const workbench = new Workbench(page);
  await workbench.open(host.url);
  const rows = 'range x from 1 to 9 step 1 | extend a = x, b = 1000 * x';
  await workbench.query(`${rows} | render linechart with (ysplit=panels)`);
  await expect(workbench.chart.locator('.cartesianlayer .subplot')).toHaveCount(2);
  await workbench.query(`${rows} | render linechart with (ysplit=axes)`);
  await expect(workbench.chart.locator('.y2tick').first()).toBeVisible();
});

test('a figure in Plotly JSON is drawn', async ({ page, host }) => {
  const workbench = new Workbench(page);
  await workbench.open(host.url);
  await workbench.query(
    `print plotly = '{"data":[{"type":"bar","x":["p","q"],"y":[1,2]}],"layout":{"title":{"text":"Own"}}}' | render plotly`,
  );
  await expect(workbench.chart.locator('.bars .point')).toHaveCount(2);
  await expect(workbench.chart.locator('.gtitle')).toHaveText('Own');
});
