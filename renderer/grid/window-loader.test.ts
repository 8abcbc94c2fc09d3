import { describe, expect, it } from 'vitest';
import type { ResultBatch } from '../../common/arrow/result-batch.ts';
import { WindowLoader, type WindowRequest } from './window-loader.ts';
import { BLOCK_ROWS, planBlocks, type Viewport } from './window-plan.ts';

interface Call {
  readonly request: WindowRequest;
  readonly signal: AbortSignal;
  readonly answer: () => Promise<void>;
  readonly fail: (error: Error) => Promise<void>;
}

/** A host whose answers the test gives by hand; a cell holds row × 1000 + column. */
function bench(rowCount: number, columnCount = 3, maxCells?: number) {
  const calls: Call[] = [];
  const errors: unknown[] = [];
  let now = 0;
  let loaded = 0;
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 4; i++) await Promise.resolve();
  };
  const loader = new WindowLoader({
    rowCount,
    columnCount,
    ...(maxCells === undefined ? {} : { maxCells }),
    now: () => now,
    onLoaded: () => {
      loaded++;
    },
    onError: (error) => errors.push(error),
    fetch: (request, signal) =>
      new Promise<ResultBatch>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
        calls.push({
          request,
          signal,
          answer: async () => {
            resolve({
              rowCount: request.limit,
              columns: request.columns.map((c) => ({ name: `c${c}`, type: 'long' })),
              cell: (row, column) =>
                (request.offset + row) * 1_000 + (request.columns[column] ?? 0),
              vector: () => undefined,
            });
            await settle();
          },
          fail: async (error) => {
            reject(error);
            await settle();
          },
        });
      }),
  });
  return {
    loader,
    calls,
    errors,
    settle,
    tick: (ms: number) => {
      now += ms;
    },
    loadedCount: () => loaded,
  };
}

const view = (firstRow: number, lastRow: number, velocity = 0, columns = [0, 1, 2]): Viewport => ({
  firstRow,
  lastRow,
  columns,
  velocity,
});

async function answerAll(calls: Call[]): Promise<void> {
  for (let i = 0; i < calls.length; i++) await calls[i]?.answer();
}

describe('plan of blocks', () => {
  it('asks for what is visible first, then for what lies in the direction of travel', () => {
    const down = planBlocks(view(1_000, 1_040, 40), 10_000_000);
    expect(down.visible.map((a) => a.block)).toContain(Math.floor(1_000 / BLOCK_ROWS));
    expect(down.ahead[0]?.block).toBe(Math.floor(1_039 / BLOCK_ROWS) + 1);
    const up = planBlocks(view(1_000, 1_040, -40), 10_000_000);
    expect(up.ahead[0]?.block).toBe(Math.floor(1_000 / BLOCK_ROWS) - 1);
  });

  it('never leaves the result', () => {
    const plan = planBlocks(view(0, 5, -500), 5);
    expect(plan.visible).toEqual([{ block: 0, chunk: 0 }]);
    expect(plan.ahead).toEqual([]);
    expect(planBlocks(view(0, 0), 0).visible).toEqual([]);
  });

  it('asks only for the chunks of columns that are shown', () => {
    const plan = planBlocks(view(0, 10, 0, [4_000, 4_001]), 10);
    expect(plan.visible).toEqual([{ block: 0, chunk: 62 }]);
  });
});

describe('window loader', () => {
  it('gives the right cell of the right block, and undefined before it is here', async () => {
    const b = bench(10_000_000);
    b.loader.show(view(5_000_000, 5_000_030));
    expect(b.loader.cell(5_000_007, 2)).toBeUndefined();
    await b.calls[0]?.answer();
    expect(b.loader.cell(5_000_007, 2)).toBe(5_000_007_002);
    expect(b.loadedCount()).toBe(1);
  });

  it('keeps at most three requests under way and leaves room for the visible', () => {
    const b = bench(10_000_000);
    b.loader.show(view(0, 30, 500));
    expect(b.calls).toHaveLength(2);
    b.loader.show(view(9_000_000, 9_000_030, 500));
    expect(b.calls).toHaveLength(3);
    expect(b.calls[2]?.request.offset).toBe(Math.floor(9_000_000 / BLOCK_ROWS) * BLOCK_ROWS);
  });

  it('cancels an old request that nobody waits for, the newest viewport wins', async () => {
    const b = bench(10_000_000);
    b.loader.show(view(0, 30));
    b.tick(100);
    b.loader.show(view(9_000_000, 9_000_030));
    await b.settle();
    expect(b.calls[0]?.signal.aborted).toBe(true);
    expect(b.errors).toEqual([]);
    for (const call of b.calls.filter((c) => !c.signal.aborted)) await call.answer();
    expect(b.loader.cell(9_000_010, 0)).toBe(9_000_010_000);
  });

  it('stays within its bound and drops the least recently shown block', async () => {
    const b = bench(10_000_000, 3, BLOCK_ROWS * 3 * 4);
    for (const at of [0, 100_000, 200_000, 300_000, 400_000]) {
      b.loader.show(view(at, at + 30));
      await answerAll(b.calls);
    }
    expect(b.loader.cachedCells).toBeLessThanOrEqual(BLOCK_ROWS * 3 * 4);
    expect(b.loader.cell(400_001, 0)).toBe(400_001_000);
    expect(b.loader.cell(1, 0)).toBeUndefined();
  });

  it('reports a failure once and tries again when the viewport moves', async () => {
    const b = bench(100);
    b.loader.show(view(0, 30));
    await b.calls[0]?.fail(new Error('gone'));
    b.loader.show(view(0, 30));
    expect(b.errors).toHaveLength(1);
    expect(b.calls).toHaveLength(1);
    b.loader.show(view(5, 35));
    expect(b.calls).toHaveLength(2);
  });

  it('fetches the end again when a result has grown', async () => {
    const b = bench(10);
    b.loader.show(view(0, 10));
    await b.calls[0]?.answer();
    expect(b.loader.cell(12, 0)).toBeUndefined();
    b.loader.setRowCount(20);
    await b.calls[1]?.answer();
    expect(b.loader.cell(12, 0)).toBe(12_000);
  });

  it('does nothing after it was disposed', async () => {
    const b = bench(100);
    b.loader.show(view(0, 30));
    b.loader.dispose();
    await b.calls[0]?.answer();
    expect(b.loadedCount()).toBe(0);
    expect(b.calls[0]?.signal.aborted).toBe(true);
  });
});
