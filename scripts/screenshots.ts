import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { ImportWizard } from '../tests/e2e/pages/import-wizard.ts';
import { Workbench } from '../tests/e2e/pages/workbench.ts';
import { buildTargets } from './build/index.ts';
import { findChromium } from './find-chromium.ts';
import { startHost } from './start/host.ts';

/** `npm run screenshots`: the pictures of the README, taken of the program as it is, into docs/images. */
const out = join(import.meta.dirname, '..', 'docs', 'images');
const SIZE = { width: 1440, height: 900 };

type Scene = (workbench: Workbench) => Promise<void>;

const CHART = `// How late do flights leave, by hour of the day and airport?
Flights
| where origin in ("ORD", "DFW", "ATL", "LAX")
| summarize late = round(100.0 * countif(delay > 15) / count(), 1) by origin, hour = hourofday(['date'])
| where hour between (6 .. 22)
| sort by hour asc
| render linechart with (title="Flights more than 15 minutes late, %", series=origin)`;

const GRID = `BirdStrikes
| sort by ['Flight Date'] asc`;

const MAP = `// Where the earth shook
Earthquakes
| where magnitude > 2.5
| extend strength = case(magnitude < 4, "light", magnitude < 5, "moderate", "strong")
| project longitude, latitude, strength
| render scatterchart with (kind=map, title="Earthquakes of a week")`;

const CSV = `city,day,temperature,sunny
Oslo,2026-01-01,-4.5,true
Lima,2026-01-01,24.1,true
"Rome, Italy",2026-01-01,9.8,false
Oslo,2026-01-02,-7.25,false
Lima,2026-01-02,23.9,true
"Rome, Italy",2026-01-02,11.0,true
`;

const SCENES: Readonly<Record<string, Scene>> = {
  start: async () => {},
  chart: async (workbench) => {
    await workbench.query(CHART);
    await workbench.chart.waitFor();
    await workbench.page.locator('.ch-plot .main-svg').first().waitFor();
  },
  grid: async (workbench) => {
    await workbench.query(GRID);
    await workbench.grid.getByRole('gridcell').first().waitFor();
  },
  pivot: async (workbench) => {
    const { page } = workbench;
    await workbench.query(GRID);
    await page.getByRole('button', { name: 'Group and pivot' }).click();
    const panel = page.getByRole('complementary', { name: 'Group and pivot' });
    await panel.getByRole('checkbox', { name: 'Phase of flight' }).check();
    await panel.getByRole('combobox', { name: 'Columns', exact: true }).click();
    await page.getByRole('option', { name: 'Wildlife Size' }).click();
    await panel.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('tab', { name: /×/ }).waitFor();
  },
  map: async (workbench) => {
    await workbench.query(MAP);
    await workbench.chart.waitFor();
    await workbench.page.locator('.ch-plot .main-svg').first().waitFor();
  },
  wizard: async (workbench) => {
    await new ImportWizard(workbench.page).drop('weather.csv', CSV);
  },
  error: async (workbench) => {
    await workbench.query('Flights\n| where dealy > 15\n| summarize count() by origin');
    await workbench.page.getByRole('alert').filter({ hasText: 'dealy' }).first().waitFor();
  },
};

type Theme = 'light' | 'dark' | 'contrast';

/** High contrast is one look; two pictures tell whether it works. */
const IN_CONTRAST: ReadonlySet<string> = new Set(['chart', 'grid']);

async function take(browser: Browser, url: string, theme: Theme): Promise<void> {
  for (const [name, scene] of Object.entries(SCENES)) {
    if (theme === 'contrast' && !IN_CONTRAST.has(name)) continue;
    const page = await browser.newPage({
      viewport: SIZE,
      colorScheme: theme === 'light' ? 'light' : 'dark',
      contrast: theme === 'contrast' ? 'more' : 'no-preference',
    });
    const workbench = new Workbench(page);
    await workbench.open(url);
    await scene(workbench);
    // Fonts, the last transition and the hints of the editor have come to rest.
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: join(out, `${name}-${theme}.png`), animations: 'disabled' });
    console.log(`docs/images/${name}-${theme}.png`);
    await page.close();
  }
}

await buildTargets({ targets: ['window'], log: (line) => console.log(line) });
mkdirSync(out, { recursive: true });
const executablePath = findChromium();
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: ['--no-sandbox'],
});
for (const theme of ['light', 'dark', 'contrast'] as const) {
  const folder = mkdtempSync(join(tmpdir(), 'calypso-screenshots-'));
  const host = await startHost(folder);
  try {
    await take(browser, host.url, theme);
  } finally {
    const ended = new Promise((resolve) => host.process.once('exit', resolve));
    host.process.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}
await browser.close();
