import type { Page } from '@playwright/test';
import { type Figure, isEntry, median, printFigures } from './ingest-figures.ts';
import { runAndWait, withScreen } from './screen.ts';

/** A chart of a million points against one of ten thousand: from the choice of its kind to the picture. */

const SMALL = 10_000;
const LARGE = 1_000_000;
const ROUNDS = 7;
const GOAL = 2;

async function choose(page: Page, label: string): Promise<number> {
  await page.getByRole('combobox', { name: 'Kind of chart' }).click();
  const option = page.getByRole('option', { name: label, exact: true });
  await option.waitFor();
  return option.evaluate(
    (element: HTMLElement) =>
      new Promise<number>((resolve) => {
        const pane = document.querySelector('[data-drawn]');
        if (!pane) throw new Error('There is no chart.');
        const start = performance.now();
        const observer = new MutationObserver(() => {
          observer.disconnect();
          resolve(performance.now() - start);
        });
        observer.observe(pane, { attributeFilter: ['data-drawn'] });
        element.click();
      }),
  );
}

async function timeOf(page: Page): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    times.push(await choose(page, 'Area chart'));
    times.push(await choose(page, 'Line chart'));
  }
  return median(times);
}

export async function run(): Promise<readonly Figure[]> {
  return withScreen(async (workbench, page) => {
    const timed = async (points: number): Promise<number> => {
      const text = `range x from 1 to ${points} step 1 | extend y = sin(x / 997.0) * (x % 13)`;
      await runAndWait(workbench, text, points);
      await workbench.tab('Chart').click();
      await page.locator('[data-drawn]').waitFor();
      await choose(page, 'Line chart');
      const time = await timeOf(page);
      await workbench.tab('Results').click();
      return time;
    };
    const small = await timed(SMALL);
    const large = await timed(LARGE);
    const ratio = large / small;
    return [
      {
        figure: `chart of ${LARGE.toLocaleString('en-US')} points, against ${SMALL.toLocaleString('en-US')}`,
        value: large,
        peer: small,
        ratio,
        unit: 'ms',
        goal: `≤ ${GOAL}×`,
        ok: ratio <= GOAL,
      },
    ];
  });
}

if (isEntry(import.meta.url)) printFigures(await run());
