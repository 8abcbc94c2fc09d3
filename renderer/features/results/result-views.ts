import { useEffect } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { ResultInfo } from '../../../common/contract/query.ts';
import { type Services, useActiveRun, useServices, useSession } from '../../client/services.ts';
import type { Run } from '../../client/session-store.ts';
import { createResultView, type ResultView, type ResultViewState } from './result-view.ts';

/** Views whose windows stay in memory; going back to an older result reads its window anew. */
const KEPT_VIEWS = 24;

const viewsOf = new WeakMap<Services, Map<string, ResultView>>();

/** The view of a result; the same one each time, so that sort, selection and place survive a change of tab. */
export function viewOf(services: Services, result: ResultInfo): ResultView {
  let views = viewsOf.get(services);
  if (!views) {
    views = new Map();
    viewsOf.set(services, views);
  }
  const found = views.get(result.resultId);
  const view =
    found ??
    successorOf(views, services.session.cameFrom(result.resultId), result) ??
    createResultView(services.host, services.settings, result);
  views.delete(result.resultId);
  views.set(result.resultId, view);
  for (const [id, old] of views) {
    if (views.size <= KEPT_VIEWS) break;
    old.dispose();
    views.delete(id);
  }
  return view;
}

const sameColumns = (a: ResultInfo, b: ResultInfo): boolean =>
  a.columns.length === b.columns.length &&
  a.columns.every((c, i) => c.name === b.columns[i]?.name && c.type === b.columns[i]?.type);

/** A refresh puts a result in the place of another: how that one was looked at goes on. */
function successorOf(
  views: Map<string, ResultView>,
  before: string | undefined,
  result: ResultInfo,
): ResultView | undefined {
  const view = before === undefined ? undefined : views.get(before);
  if (!view || before === undefined || !sameColumns(view.getState().result, result))
    return undefined;
  views.delete(before);
  view.replace(result);
  return view;
}

function selected(run: Run | undefined, resultId: string | undefined): ResultInfo | undefined {
  if (!run || run.lost) return undefined;
  return run.results.find((result) => result.resultId === resultId) ?? run.results[0];
}

/** The view in front, for commands; undefined when no result is shown. */
export function activeResultView(services: Services): ResultView | undefined {
  const { activeId, selectedResult } = services.session.getState();
  const result = selected(services.session.activeRun(), selectedResult[activeId]);
  return result ? viewOf(services, result) : undefined;
}

export function useActiveResultView(): ResultView | undefined {
  const services = useServices();
  const run = useActiveRun();
  const chosen = useSession((s) => s.selectedResult[s.activeId]);
  const result = selected(run, chosen);
  const view = result ? viewOf(services, result) : undefined;
  useEffect(() => {
    if (view && result) view.setResult(result);
  }, [view, result]);
  return view;
}

const NO_VIEW = createStore<ResultViewState | undefined>(() => undefined);

/** Part of a view's state; undefined without a view. */
export function useView<T>(
  view: ResultView | undefined,
  selector: (state: ResultViewState) => T,
): T | undefined {
  return useStore(view ?? NO_VIEW, (state) => (state ? selector(state) : undefined));
}
