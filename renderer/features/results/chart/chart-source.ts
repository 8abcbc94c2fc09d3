import { useEffect, useMemo, useState } from 'react';
import { decodeBatch, type ResultBatch } from '../../../../common/arrow/result-batch.ts';
import type { Visualization } from '../../../../common/contract/values.ts';
import { asAppError } from '../../../../common/errors/app-error.ts';
import type { ChartDefinition, ChartRoles } from '../../../charts/chart-types.ts';
import { type ChartProperties, readProperties } from '../../../charts/properties.ts';
import { chartOf } from '../../../charts/registry.ts';
import { useServices } from '../../../client/services.ts';
import type { ResultView } from '../result-view.ts';
import { useView } from '../result-views.ts';

/** Rows that charts of categories and of series arrays read at most. */
const MAX_ROWS = 20_000;
/** Points per series that the engine thins to: two per pixel of a wide screen. */
const MAX_POINTS = 4_000;

export interface ChartSource {
  readonly definition: ChartDefinition | undefined;
  readonly visualization: Visualization;
  readonly properties: ChartProperties;
  readonly roles: ChartRoles;
  readonly batch: ResultBatch | undefined;
  readonly notes: readonly string[];
  readonly error: string;
  readonly loading: boolean;
}

interface Loaded {
  readonly batch?: ResultBatch;
  readonly roles?: ChartRoles;
  readonly definition?: ChartDefinition;
  readonly notes: readonly string[];
  readonly error: string;
}

const NO_ROLES: ChartRoles = { x: '', ys: [], series: [], anomalies: [], problem: '' };

/** The chart that a result asks for, or the one that suits a result without `render`. */
export function visualizationOf(view: ResultView): Visualization {
  const { chart, result } = view.getState();
  if (chart) return chart;
  if (result.visualization) return result.visualization;
  const hasTime = result.columns.some((c) => c.type === 'datetime');
  const arrays = result.columns.filter((c) => c.type === 'dynamic').length > 1;
  return { kind: hasTime || arrays ? 'timechart' : 'columnchart', properties: {} };
}

/** Reads what the chart needs from the engine: thinned points, or the first rows. The newest request wins. */
export function useChartSource(view: ResultView): ChartSource {
  const { host } = useServices();
  const chosen = useView(view, (s) => s.chart);
  const result = useView(view, (s) => s.result);
  const content = useView(view, (s) => s.content);
  const refreshed = useView(view, (s) => s.refreshed);
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are what it is read from
  const visualization = useMemo(() => visualizationOf(view), [view, chosen, result]);
  const properties = useMemo(() => readProperties(visualization.properties), [visualization]);
  const definition = chartOf(visualization.kind, properties.kind);
  const [loaded, setLoaded] = useState<Loaded>({ notes: [], error: '' });
  const [loading, setLoading] = useState(true);
  const complete = result?.complete ?? false;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a view with other content is another chart
  useEffect(() => {
    if (!definition) return;
    const controller = new AbortController();
    setLoading(true);
    load(host, view, definition, properties, controller.signal).then(
      (next) => {
        if (controller.signal.aborted) return;
        setLoaded({ ...next, definition });
        setLoading(false);
      },
      (failure: unknown) => {
        if (controller.signal.aborted) return;
        setLoaded({ notes: [], error: asAppError(failure).message, definition });
        setLoading(false);
      },
    );
    return () => controller.abort();
  }, [host, view, definition, properties, content, refreshed, complete]);

  const current = loaded.definition === definition;
  return {
    definition,
    visualization,
    properties,
    roles: (current ? loaded.roles : undefined) ?? NO_ROLES,
    batch: current ? loaded.batch : undefined,
    notes: loaded.notes,
    error: current ? loaded.error : '',
    loading,
  };
}

type Host = ReturnType<typeof useServices>['host'];

async function load(
  host: Host,
  view: ResultView,
  definition: ChartDefinition,
  properties: ChartProperties,
  signal: AbortSignal,
): Promise<Loaded> {
  const { result, rowCount } = view.getState();
  const columns = result.columns.map(({ name, type }) => ({ name, type }));
  // Only dynamic columns keep to themselves what they hold.
  const guesses = definition.view === 'card' || columns.some((c) => c.type === 'dynamic');
  const first = guesses
    ? decodeBatch(
        (await host.call('query.window', { ...view.address(), offset: 0, limit: 1 }, { signal }))
          .batch,
      )
    : undefined;
  const sample = (name: string) =>
    first?.cell(
      0,
      first.columns.findIndex((c) => c.name === name),
    ) ?? null;
  const roles = definition.roles(columns, sample, properties);
  if (definition.view === 'card')
    return { ...(first ? { batch: first } : {}), roles, notes: [], error: '' };
  if (roles.problem !== '') return { roles, notes: [], error: roles.problem };
  await definition.prepare?.();
  const x = columns.find((c) => c.name === roles.x);
  const text = x === undefined || ['string', 'guid', 'bool'].includes(x.type);
  // Few rows are drawn as they are; of many the engine makes as many points as can be told apart.
  const thin = definition.source === 'points' ? !text || rowCount > MAX_ROWS : rowCount > MAX_ROWS;
  if (thin && roles.anomalies.length === 0 && definition.whole !== true) {
    const answer = await host.call(
      'query.chart',
      {
        ...view.address(),
        kind: definition.kind,
        x: roles.x,
        ys: [...roles.ys],
        series: [...roles.series],
        maxPoints: MAX_POINTS,
      },
      { signal },
    );
    const notes = answer.thinned
      ? [
          `${rowCount.toLocaleString('en-US')} rows, thinned to ${answer.pointCount.toLocaleString('en-US')} points that look the same.`,
        ]
      : [];
    return { batch: decodeBatch(answer.batch), roles, notes, error: '' };
  }
  const wanted = [...new Set([roles.x, ...roles.ys, ...roles.series, ...roles.anomalies])].filter(
    (n) => n !== '',
  );
  const answer = await host.call(
    'query.window',
    {
      ...view.address(),
      offset: 0,
      limit: MAX_ROWS,
      ...(wanted.length > 0 ? { columns: wanted } : {}),
    },
    { signal },
  );
  const notes =
    rowCount > MAX_ROWS
      ? [
          `Only the first ${MAX_ROWS.toLocaleString('en-US')} of ${rowCount.toLocaleString('en-US')} rows are drawn: summarize them first.`,
        ]
      : [];
  return { batch: decodeBatch(answer.batch), roles, notes, error: '' };
}
