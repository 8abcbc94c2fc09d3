import { chartOf, LATER } from '../../charts/registry.ts';
import type { Services } from '../../client/services.ts';

/** Brings the pane to the front that a finished run asks for: the chart of a `render`, else the grid. */
export function followRuns(services: Services): () => void {
  let last = '';
  return services.session.subscribe((state) => {
    const run = state.runs[state.activeId];
    if (!run || run.queryId === last || run.state === 'running') return;
    last = run.queryId;
    const kind = run.results[0]?.visualization?.kind.toLowerCase() ?? 'table';
    const drawn = run.state === 'completed' && kind !== 'table' && (chartOf(kind) || LATER[kind]);
    services.panes.reveal(drawn ? 'chart' : 'results');
  });
}
