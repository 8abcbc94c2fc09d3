import type { Page } from '@playwright/test';
import { type Figure, isEntry, numberArgument, printFigures } from './ingest-figures.ts';
import { runAndWait, withScreen } from './screen.ts';

/** Scrolling a result of 10 million rows and 50 columns: how long a visible row waits for its cells. */

const COLUMNS = 50;
const SECONDS = 10;
const GOAL_MS = 150;

interface Scrolled {
  readonly frames: number;
  /** Milliseconds from the first frame with an empty row to the first frame in which it is filled or gone. */
  readonly longestBlankMs: number;
  readonly blankRows: number;
  readonly frameP95Ms: number;
  readonly furthestRow: number;
}

function queryOf(rows: number): string {
  const columns = Array.from(
    { length: COLUMNS - 1 },
    (_, i) => `c${i + 1} = row * ${i + 3} % 100003`,
  );
  return `range row from 0 to ${rows - 1} step 1 | extend ${columns.join(', ')}`;
}

/** Runs in the page: a wheel, a drag of the thumb from end to end, and leaps, a third of the time each. */
async function scroll(milliseconds: number): Promise<Scrolled> {
  const grid = document.querySelector('[role=grid]');
  const scroller = document.querySelector<HTMLElement>('.cg-scroller');
  if (!grid || !scroller) throw new Error('There is no grid.');
  const waiting = new Map<string, number>();
  const frames: number[] = [];
  let longest = 0;
  let blankRows = 0;
  let furthest = 0;
  const look = (now: number): void => {
    const busy = new Set<string>();
    for (const row of grid.querySelectorAll('.cg-rows [role=row]')) {
      const index = row.getAttribute('aria-rowindex') ?? '';
      furthest = Math.max(furthest, Number(index) - 1);
      if (row.hasAttribute('aria-busy')) busy.add(index);
    }
    for (const index of busy)
      if (!waiting.has(index)) {
        waiting.set(index, now);
        blankRows++;
      }
    for (const [index, since] of waiting)
      if (!busy.has(index)) {
        longest = Math.max(longest, now - since);
        waiting.delete(index);
      }
  };
  const end = scroller.scrollHeight - scroller.clientHeight;
  const start = performance.now();
  let last = start;
  let leaps = 0;
  await new Promise<void>((resolve) => {
    const step = (): void => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      look(now);
      const share = (now - start) / milliseconds;
      if (share >= 1 && waiting.size === 0) {
        resolve();
        return;
      }
      if (share < 1 / 3)
        scroller.dispatchEvent(new WheelEvent('wheel', { deltaY: 360, cancelable: true }));
      else if (share < 2 / 3) scroller.scrollTop = end * (share * 3 - 1);
      else if (share < 1 && leaps < Math.floor((share * 3 - 2) * 20)) {
        leaps++;
        scroller.scrollTop = end * ((leaps * 0.618033988749895) % 1);
      }
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
  frames.sort((a, b) => a - b);
  return {
    frames: frames.length,
    longestBlankMs: longest,
    blankRows,
    frameP95Ms: frames[Math.floor(frames.length * 0.95)] ?? 0,
    furthestRow: furthest,
  };
}

/** Frames of the same page when nothing moves: what the machine can do. */
async function idleFrames(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const frames: number[] = [];
    let last = performance.now();
    await new Promise<void>((resolve) => {
      const step = (): void => {
        const now = performance.now();
        frames.push(now - last);
        last = now;
        if (frames.length < 60) requestAnimationFrame(step);
        else resolve();
      };
      requestAnimationFrame(step);
    });
    frames.sort((a, b) => a - b);
    return frames[Math.floor(frames.length * 0.95)] ?? 0;
  });
}

export async function run(): Promise<readonly Figure[]> {
  const rows = numberArgument('rows', 10_000_000);
  return withScreen(async (workbench, page) => {
    await runAndWait(workbench, queryOf(rows), rows);
    await workbench.grid.waitFor();
    const idle = await idleFrames(page);
    const scrolled = await page.evaluate(scroll, SECONDS * 1_000);
    const ratio = scrolled.frameP95Ms / idle;
    const size = `${rows.toLocaleString('en-US')} × ${COLUMNS}`;
    return [
      {
        figure: `scroll ${size} for ${SECONDS} s: oldest blank row (${scrolled.blankRows} were blank, to row ${scrolled.furthestRow.toLocaleString('en-US')})`,
        value: scrolled.longestBlankMs,
        unit: 'ms',
        goal: `≤ ${GOAL_MS} ms`,
        ok: scrolled.longestBlankMs <= GOAL_MS && scrolled.furthestRow > rows * 0.95,
      },
      {
        figure: `scroll ${size}: frame, 95th percentile (${scrolled.frames} frames)`,
        value: scrolled.frameP95Ms,
        peer: idle,
        ratio,
        unit: 'ms',
        goal: '≤ 2× of an idle page',
        ok: ratio <= 2,
      },
    ];
  });
}

if (isEntry(import.meta.url)) printFigures(await run());
