import { plainText } from '../../../../common/text/format-value.ts';
import type { Services } from '../../../client/services.ts';
import type { ResultView } from '../result-view.ts';
import { viewOf } from '../result-views.ts';

/** Where a result that was made of another one comes from. */
interface Origin {
  readonly resultId: string;
  /** Columns whose values say which rows a group holds. */
  readonly by: readonly string[];
}

const origins = new Map<string, Origin>();

export const originOf = (resultId: string): Origin | undefined => origins.get(resultId);

/** Goes on from what a view shows; the answer becomes a tab beside its result. */
export async function derive(
  services: Services,
  view: ResultView,
  {
    pipe,
    title,
    by,
  }: { readonly pipe: string; readonly title: string; readonly by: readonly string[] },
): Promise<void> {
  const run = services.session.activeRun();
  if (!run) return;
  const result = await services.host.call('query.pipe', {
    ...view.address(),
    pipe,
    database: run.database,
  });
  origins.set(result.resultId, { resultId: view.resultId, by });
  const { visualization: _drawnElsewhere, ...plain } = result;
  services.session.addResult(run, { ...plain, name: title });
}

/** Shows, in the result that a group came from, the rows of that group. */
export function showRowsOf(services: Services, view: ResultView, row: number): void {
  const run = services.session.activeRun();
  const origin = originOf(view.resultId);
  const source = run?.results.find((result) => result.resultId === origin?.resultId);
  if (!run || !origin || !source) return;
  const { columns } = view.getState().result;
  const filters = origin.by.flatMap((name) => {
    const index = columns.findIndex((c) => c.name === name);
    const column = columns[index];
    const value = view.loader().cell(row, index);
    if (!column || value === undefined) return [];
    const text = value === null ? '' : plainText(value, column.type);
    return [{ column: name, operator: 'equals' as const, values: [text] }];
  });
  viewOf(services, source).setSpec({ filters });
  services.session.selectResult(run.documentId, source.resultId);
}
