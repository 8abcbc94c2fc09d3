import { CHARTS } from '../../../charts/registry.ts';
import type { Command } from '../../../client/command.ts';
import { activeResultView } from '../result-views.ts';
import { visualizationOf } from './chart-source.ts';

/** Kusto.Explorer's keys for a chart of the result that is there, without another run. */
const KEYS: Readonly<Record<string, string>> = {
  columnchart: 'Alt+C',
  timechart: 'Alt+T',
  anomalychart: 'Alt+A',
  piechart: 'Alt+P',
  ladderchart: 'Alt+L',
  pivotchart: 'Alt+V',
  timepivot: 'Ctrl+Shift+V',
};

export const chartCommands: readonly Command[] = CHARTS.map((chart) => ({
  id: `results.chart-${chart.kind}`,
  title: `Chart: ${chart.label}`,
  category: 'Results',
  menu: 4,
  ...(KEYS[chart.kind] ? { keys: [KEYS[chart.kind] ?? ''], where: 'results' as const } : {}),
  when: (services) => activeResultView(services) !== undefined,
  run: (services) => {
    const view = activeResultView(services);
    if (!view) return;
    view.setChart({ kind: chart.kind, properties: visualizationOf(view).properties });
    if (chart.kind === 'pivotchart') {
      view.setSide('summarize');
      services.panes.reveal('results');
    } else services.panes.reveal('chart');
  },
}));
