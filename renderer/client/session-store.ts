import { createStore, type StoreApi } from 'zustand/vanilla';
import type { HostClient } from '../../common/contract/host.ts';
import type { QueryOutcome, QueryStats, ResultInfo } from '../../common/contract/query.ts';
import type { Diagnostic } from '../../common/contract/values.ts';
import type { Document } from '../../common/contract/workspace.ts';
import { type AppError, asAppError } from '../../common/errors/app-error.ts';
import { moveBack, type PreparedText } from './prepared-text.ts';
import { previewText } from './preview-text.ts';

/** One run of a piece of a document. Immutable: each change makes a new object. */
export interface Run {
  readonly queryId: string;
  readonly documentId: string;
  /** What is run again when the run is refreshed. */
  readonly request: RunRequest;
  /** What was sent, and where it stood in the document then (UTF-16 units). */
  readonly text: string;
  readonly offset: number;
  readonly database: string;
  readonly mode: RunMode;
  readonly state: 'running' | 'completed' | 'failed' | 'cancelled';
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds; the host's figure once it is done. */
  readonly elapsedMs: number;
  readonly progress: { readonly percent: number; readonly stage: string };
  readonly results: readonly ResultInfo[];
  readonly stats: QueryStats | undefined;
  /** Warnings of the run; spans fit `text`. */
  readonly diagnostics: readonly Diagnostic[];
  readonly error: AppError | undefined;
  /** The worker that held the results is gone: they can't be read any more. */
  readonly lost: boolean;
}

/** A preview is the first 50 rows and, beside them, how many there are. */
export type RunMode = 'full' | 'preview';

export interface RunRequest {
  readonly text: string;
  readonly offset: number;
  readonly database: string;
  readonly mode?: RunMode;
  readonly parameters?: Readonly<Record<string, string>>;
  /** What is sent in place of `text`; places in errors are moved back. */
  readonly prepared?: PreparedText;
}

export interface SessionState {
  /** Open documents in the order of their tabs. */
  readonly documents: readonly Document[];
  readonly activeId: string;
  /** The run whose results each document shows. */
  readonly runs: Readonly<Record<string, Run>>;
  /** The result tab in front, by document. */
  readonly selectedResult: Readonly<Record<string, string>>;
  /** Closed in this session, last one last. */
  readonly closed: readonly Document[];
}

export interface SessionStore extends StoreApi<SessionState> {
  active(): Document | undefined;
  activeRun(): Run | undefined;
  run(documentId: string, request: RunRequest): Promise<void>;
  cancel(documentId: string): void;
  /**
   * Runs the shown run once more and puts its results in the place of those before, which are seen until then. A
   * run that the person starts meanwhile wins. Rejects if the query fails; what is shown stays.
   */
  refresh(documentId: string, signal: AbortSignal): Promise<void>;
  /** The result whose place this one has taken by a refresh. */
  cameFrom(resultId: string): string | undefined;
  /** Shows the kept results of the last run of this text in this database; false if there are none. */
  showCached(documentId: string, request: RunRequest): boolean;
  selectResult(documentId: string, resultId: string): void;
  /** Puts a result that was made of one of a run's beside those, and in front. It goes when the run goes. */
  addResult(run: Run, result: ResultInfo): void;
  /** Takes such a result away. */
  removeResult(documentId: string, resultId: string): void;
  /** Tells that the query worker was replaced. */
  loseResults(): void;
  /** Drops all kept results except those on screen. */
  clearCache(): void;
}

/** Finished runs that are kept for "show the cached result" beside the ones on screen. */
const KEPT_RUNS = 50;

let counter = 0;
export function newId(prefix: string): string {
  counter += 1;
  return `${prefix}-${Date.now().toString(36)}-${counter.toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
}

export interface SessionOptions {
  /** Milliseconds that a result outlives its place on the screen, for reads that are still under way. */
  readonly releaseAfter?: number;
}

export function createSessionStore(host: HostClient, options: SessionOptions = {}): SessionStore {
  const releaseAfter = options.releaseAfter ?? 5_000;
  const store = createStore<SessionState>(() => ({
    documents: [],
    activeId: '',
    runs: {},
    selectedResult: {},
    closed: [],
  }));
  const controllers = new Map<string, AbortController>();
  /** Finished runs, oldest first. */
  let kept: Run[] = [];
  const predecessors = new Map<string, string>();

  function update(queryId: string, documentId: string, change: (run: Run) => Partial<Run>): void {
    const run = store.getState().runs[documentId];
    if (run?.queryId !== queryId) return;
    store.setState((s) => ({ runs: { ...s.runs, [documentId]: { ...run, ...change(run) } } }));
  }

  function keep(run: Run): void {
    const same = (other: Run): boolean =>
      other.text === run.text && other.database === run.database && other.mode === run.mode;
    const shown = new Set(Object.values(store.getState().runs).map((r) => r.queryId));
    const out = kept.filter((other) => same(other) && !shown.has(other.queryId));
    kept = [...kept.filter((other) => !same(other)), run];
    while (kept.length > KEPT_RUNS) {
      const oldest = kept.shift();
      if (oldest && !shown.has(oldest.queryId)) out.push(oldest);
    }
    release(out);
  }

  function release(runs: readonly Run[]): void {
    const resultIds = runs.flatMap((run) =>
      run.lost ? [] : run.results.map((result) => result.resultId),
    );
    if (resultIds.length === 0) return;
    const call = (): void => {
      host.call('query.release', { resultIds }).catch(() => {});
    };
    if (releaseAfter === 0) call();
    else setTimeout(call, releaseAfter);
  }

  function show(run: Run): void {
    const before = store.getState().runs[run.documentId];
    store.setState((s) => ({
      runs: { ...s.runs, [run.documentId]: run },
      selectedResult: { ...s.selectedResult, [run.documentId]: run.results[0]?.resultId ?? '' },
    }));
    if (
      before &&
      before.queryId !== run.queryId &&
      !kept.some((other) => other.queryId === before.queryId)
    )
      release([before]);
  }

  async function runText(documentId: string, request: RunRequest): Promise<void> {
    cancel(documentId);
    const mode = request.mode ?? 'full';
    const { prepared } = request;
    const sent = prepared?.text ?? request.text;
    const queryId = newId('query');
    const controller = new AbortController();
    controllers.set(documentId, controller);
    const startedAt = Date.now();
    show({
      queryId,
      documentId,
      request,
      text: request.text,
      offset: request.offset,
      database: request.database,
      mode,
      state: 'running',
      startedAt,
      elapsedMs: 0,
      progress: { percent: -1, stage: '' },
      results: [],
      stats: undefined,
      diagnostics: [],
      error: undefined,
      lost: false,
    });
    try {
      const outcome: QueryOutcome = await host.call(
        'query.run',
        {
          queryId,
          text: mode === 'preview' ? previewText(sent) : sent,
          database: request.database,
          ...(request.parameters ? { parameters: request.parameters } : {}),
        },
        {
          signal: controller.signal,
          onEvent: (event) => {
            if (event.kind === 'progress')
              update(queryId, documentId, () => ({
                progress: { percent: event.percent, stage: event.stage },
                elapsedMs: Date.now() - startedAt,
              }));
            else update(queryId, documentId, (run) => withResult(run, event.result));
          },
        },
      );
      update(queryId, documentId, () => ({
        state: 'completed',
        results: outcome.results,
        stats: outcome.stats,
        elapsedMs: outcome.stats.elapsedMs,
        diagnostics: prepared
          ? outcome.warnings.map((d) => ({ ...d, span: prepared.back(d.span) }))
          : outcome.warnings,
      }));
      const done = store.getState().runs[documentId];
      if (done?.queryId === queryId) {
        selectFirst(done);
        keep(done);
      } else
        host
          .call('query.release', { resultIds: outcome.results.map((r) => r.resultId) })
          .catch(() => {});
    } catch (thrown) {
      const failure = asAppError(thrown);
      const error = prepared ? moveBack(failure, prepared) : failure;
      const cancelled = error.kind === 'cancelled';
      update(queryId, documentId, () => ({
        state: cancelled ? 'cancelled' : 'failed',
        elapsedMs: Date.now() - startedAt,
        error: cancelled ? undefined : error,
      }));
    } finally {
      if (controllers.get(documentId) === controller) controllers.delete(documentId);
    }
  }

  async function refresh(documentId: string, signal: AbortSignal): Promise<void> {
    const before = store.getState().runs[documentId];
    if (!before || before.state === 'running') return;
    const { request, mode } = before;
    const sent = request.prepared?.text ?? request.text;
    const startedAt = Date.now();
    const outcome = await host.call(
      'query.run',
      {
        queryId: newId('query'),
        text: mode === 'preview' ? previewText(sent) : sent,
        database: request.database,
        ...(request.parameters ? { parameters: request.parameters } : {}),
        record: false,
      },
      { signal },
    );
    const run = store.getState().runs[documentId];
    if (run?.queryId !== before.queryId || signal.aborted) {
      release([{ ...before, results: outcome.results, lost: false }]);
      return;
    }
    replaceResults(run, outcome, startedAt);
  }

  /** Results that were made of others (groups) stay as they are, behind the new ones. */
  function replaceResults(run: Run, outcome: QueryOutcome, startedAt: number): void {
    const old = run.results.slice(0, outcome.results.length);
    const others = run.lost ? [] : run.results.slice(outcome.results.length);
    for (const { resultId } of old) predecessors.delete(resultId);
    outcome.results.forEach(({ resultId }, i) => {
      const from = old[i]?.resultId;
      if (from !== undefined) predecessors.set(resultId, from);
    });
    const next: Run = {
      ...run,
      queryId: outcome.queryId,
      state: 'completed',
      startedAt,
      elapsedMs: outcome.stats.elapsedMs,
      results: [...outcome.results, ...others],
      stats: outcome.stats,
      error: undefined,
      lost: false,
    };
    const chosen = store.getState().selectedResult[run.documentId];
    const at = old.findIndex((result) => result.resultId === chosen);
    store.setState((s) => ({
      runs: { ...s.runs, [run.documentId]: next },
      selectedResult: {
        ...s.selectedResult,
        [run.documentId]: (at < 0 ? chosen : next.results[at]?.resultId) ?? '',
      },
    }));
    kept = kept.filter((other) => other.queryId !== run.queryId);
    keep(next);
    release([{ ...run, results: old }]);
  }

  /** The kept run has the same results, so that they are released with it. */
  function setResults(run: Run, results: readonly ResultInfo[]): void {
    const next = { ...run, results };
    store.setState((s) => ({ runs: { ...s.runs, [run.documentId]: next } }));
    kept = kept.map((other) => (other.queryId === run.queryId ? next : other));
  }

  function selectFirst(run: Run): void {
    const chosen = store.getState().selectedResult[run.documentId];
    if (run.results.some((result) => result.resultId === chosen)) return;
    store.setState((s) => ({
      selectedResult: { ...s.selectedResult, [run.documentId]: run.results[0]?.resultId ?? '' },
    }));
  }

  function cancel(documentId: string): void {
    controllers.get(documentId)?.abort();
  }

  const active = (): Document | undefined => {
    const { documents, activeId } = store.getState();
    return documents.find((document) => document.id === activeId);
  };

  return {
    ...store,
    active,
    activeRun: () => store.getState().runs[store.getState().activeId],
    run: runText,
    cancel,
    refresh,
    cameFrom: (resultId) => predecessors.get(resultId),
    showCached(documentId, request) {
      const mode = request.mode ?? 'full';
      const found = kept.findLast(
        (run) =>
          !run.lost &&
          run.text === request.text &&
          run.database === request.database &&
          run.mode === mode,
      );
      if (!found) return false;
      cancel(documentId);
      show({ ...found, documentId, offset: request.offset });
      return true;
    },
    selectResult(documentId, resultId) {
      store.setState((s) => ({ selectedResult: { ...s.selectedResult, [documentId]: resultId } }));
    },
    addResult({ queryId, documentId }, result) {
      const run = store.getState().runs[documentId];
      if (run?.queryId !== queryId) {
        host.call('query.release', { resultIds: [result.resultId] }).catch(() => {});
        return;
      }
      setResults(run, [...run.results, result]);
      store.setState((s) => ({
        selectedResult: { ...s.selectedResult, [documentId]: result.resultId },
      }));
    },
    removeResult(documentId, resultId) {
      const run = store.getState().runs[documentId];
      const gone = run?.results.filter((result) => result.resultId === resultId) ?? [];
      if (!run || gone.length === 0) return;
      setResults(
        run,
        run.results.filter((result) => result.resultId !== resultId),
      );
      selectFirst({ ...run, results: run.results.filter((r) => r.resultId !== resultId) });
      release([{ ...run, results: gone }]);
    },
    loseResults() {
      kept = [];
      store.setState((s) => ({
        runs: Object.fromEntries(
          Object.entries(s.runs).map(([id, run]) => [
            id,
            run.results.length > 0 ? { ...run, lost: true } : run,
          ]),
        ),
      }));
    },
    clearCache() {
      const shown = new Set(Object.values(store.getState().runs).map((run) => run.queryId));
      release(kept.filter((run) => !shown.has(run.queryId)));
      kept = kept.filter((run) => shown.has(run.queryId));
    },
  };
}

function withResult(run: Run, result: ResultInfo): Partial<Run> {
  const at = run.results.findIndex((other) => other.resultId === result.resultId);
  return {
    results: at < 0 ? [...run.results, result] : run.results.with(at, result),
    elapsedMs: Date.now() - run.startedAt,
  };
}
