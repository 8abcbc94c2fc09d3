import { describe, expect, it } from 'vitest';
import type { HostClient } from '../../common/contract/host.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { lastTopLevelSemicolon, previewText } from './preview-text.ts';
import { createSessionStore } from './session-store.ts';

interface Call {
  readonly name: string;
  readonly params: Record<string, unknown>;
  readonly signal: AbortSignal | undefined;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

function sessionWith() {
  const calls: Call[] = [];
  const host = {
    call: (name: string, params: Record<string, unknown>, options?: { signal?: AbortSignal }) =>
      new Promise((resolve, reject) =>
        calls.push({ name, params, signal: options?.signal, resolve, reject }),
      ),
  } as unknown as HostClient;
  return { session: createSessionStore(host, { releaseAfter: 0 }), calls };
}

const outcome = (resultId: string) => ({
  queryId: '',
  results: [{ resultId, name: 'T', columns: [], rowCount: 1, complete: true }],
  stats: {
    elapsedMs: 5,
    compileMs: 1,
    bytesScanned: 0,
    rowsScanned: 0,
    extentsScanned: 0,
    extentsTotal: 0,
    memoryBytes: 0,
  },
  warnings: [],
});

const request = { text: 'T', offset: 0, database: 'D' };
const released = (calls: readonly Call[]) =>
  calls.filter((c) => c.name === 'query.release').flatMap((c) => c.params.resultIds);

describe('session store', () => {
  it('keeps the newest run of a document and drops an older answer', async () => {
    const { session, calls } = sessionWith();
    const first = session.run('d', request);
    const second = session.run('d', request);
    expect(calls[0]?.signal?.aborted).toBe(true);
    calls[1]?.resolve(outcome('new'));
    calls[0]?.resolve(outcome('old'));
    await Promise.all([first, second]);
    expect(session.getState().runs.d?.results[0]?.resultId).toBe('new');
    expect(released(calls)).toEqual(['old']);
  });

  it('lets documents run side by side', async () => {
    const { session, calls } = sessionWith();
    const runs = [session.run('a', request), session.run('b', { ...request, text: 'U' })];
    calls[0]?.resolve(outcome('1'));
    calls[1]?.reject(new AppError('semantic', 'x', 'no such table'));
    await Promise.all(runs);
    expect(session.getState().runs.a?.state).toBe('completed');
    expect(session.getState().runs.b).toMatchObject({ state: 'failed', results: [] });
  });

  it('tells a cancelled run from a failed one', async () => {
    const { session, calls } = sessionWith();
    const run = session.run('d', request);
    session.cancel('d');
    calls[0]?.reject(AppError.cancelled());
    await run;
    expect(session.getState().runs.d).toMatchObject({ state: 'cancelled', error: undefined });
  });

  it('shows a kept result without running, and runs no more of it after a crash', async () => {
    const { session, calls } = sessionWith();
    const first = session.run('d', request);
    calls[0]?.resolve(outcome('r1'));
    await first;
    const other = session.run('d', { ...request, text: 'U' });
    calls.at(-1)?.resolve(outcome('r2'));
    await other;
    expect(session.showCached('d', request)).toBe(true);
    expect(session.getState().runs.d?.results[0]?.resultId).toBe('r1');
    expect(released(calls)).toEqual([]);
    expect(session.showCached('d', { ...request, database: 'E' })).toBe(false);
    session.loseResults();
    expect(session.getState().runs.d?.lost).toBe(true);
    expect(session.showCached('d', request)).toBe(false);
  });

  it('releases the result that a new run of the same text replaces', async () => {
    const { session, calls } = sessionWith();
    for (const id of ['r1', 'r2']) {
      const run = session.run('d', request);
      calls.at(-1)?.resolve(outcome(id));
      await run;
    }
    expect(released(calls)).toEqual(['r1']);
  });
});

describe('previewText', () => {
  it('counts and takes, without the chart', () => {
    expect(previewText('let a = 1;\nT | where x > a\n| render timechart')).toBe(
      'let a = 1;\nT | where x > a\n| as hint.materialized=true PreviewRows_\n| take 50;\nPreviewRows_ | count',
    );
  });
});

describe('lastTopLevelSemicolon', () => {
  it.each([
    ['let a = 1; T', 9],
    ['T | where x == ";"', -1],
    ["T | where x == 'a\\';' ", -1],
    ['let f = () { let b = 1; b }; f()', 27],
    ['T // a; b', -1],
    ['print @"\\"; T', 10],
    ['print ```a;b```', -1],
  ])('%s → %i', (text, at) => {
    expect(lastTopLevelSemicolon(text)).toBe(at);
  });
});
