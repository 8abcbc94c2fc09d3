import { Button, ProgressBar } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { HostContract } from '../../../common/contract/host.ts';
import type { ResultOf } from '../../../common/contract/rpc.ts';
import { formatReal } from '../../../common/text/format-value.ts';
import { useServices } from '../../client/services.ts';
import type { Run } from '../../client/session-store.ts';
import { runningExports } from './export.ts';
import type { ResultView } from './result-view.ts';
import { useView } from './result-views.ts';

type Stats = ResultOf<HostContract, 'query.selectionStats'>;

const count = (n: number): string => n.toLocaleString('en-US');

/** Six significant digits are enough for a glance; whole numbers stay whole. */
function short(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return count(value);
  return formatReal(Number(value.toPrecision(6)));
}

function useSelectionStats(view: ResultView): Stats | undefined {
  const { host } = useServices();
  const selection = useView(view, (s) => s.selection);
  const content = useView(view, (s) => s.content);
  const [stats, setStats] = useState<Stats>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: read through `view` when they change
  useEffect(() => {
    const area = view.area();
    const rows = area.ranges.reduce((sum, r) => sum + r.end - r.start, 0);
    if (rows * area.columns.length < 2) {
      setStats(undefined);
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => {
      host
        .call('query.selectionStats', { ...view.address(), ...area }, { signal: controller.signal })
        .then(setStats, () => setStats(undefined));
    }, 150);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [host, view, selection, content]);
  return stats;
}

function SelectionStats({ view }: { readonly view: ResultView }) {
  const stats = useSelectionStats(view);
  if (!stats) return null;
  const parts: [string, string][] = [['Count', count(stats.count)]];
  if (stats.numeric > 0) {
    if (stats.sum !== undefined) parts.push(['Sum', short(stats.sum)]);
    if (stats.avg !== undefined) parts.push(['Avg', short(stats.avg)]);
    if (stats.min !== undefined) parts.push(['Min', stats.min]);
    if (stats.max !== undefined) parts.push(['Max', stats.max]);
  }
  return (
    <output className="rs-stats" aria-label="Selection">
      {parts.map(([name, value]) => (
        <span key={name}>
          <span className="rs-quiet">{name}</span> {value}
        </span>
      ))}
    </output>
  );
}

function Exports() {
  const list = useStore(runningExports, (s) => s.list);
  return list.map((item) => (
    <span key={item.id} className="rs-export">
      <span>
        {item.title}: {count(item.rows)} rows
      </span>
      <ProgressBar
        aria-label={`Exporting ${item.title}`}
        style={{ width: 90 }}
        {...(item.total > 0 ? { value: item.rows / item.total } : {})}
      />
      <Button size="small" appearance="subtle" onClick={item.cancel}>
        Cancel
      </Button>
    </span>
  ));
}

export function elapsedText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(2)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** What is shown, how long it took, and figures of the selection. */
export function StatusFooter({
  view,
  run,
}: {
  readonly view: ResultView;
  readonly run: Run | undefined;
}) {
  const rowCount = useView(view, (s) => s.rowCount) ?? 0;
  const all = useView(view, (s) => s.result.rowCount) ?? 0;
  const narrowed = useView(view, (s) => s.viewId !== undefined && s.rowCount !== s.result.rowCount);
  const complete = useView(view, (s) => s.result.complete) ?? true;
  const focus = useView(view, (s) => s.selection.focus.row) ?? 0;
  const error = useView(view, (s) => s.error) ?? '';
  const rows = narrowed
    ? `${count(rowCount)} of ${count(all)} rows`
    : `${count(rowCount)} ${rowCount === 1 ? 'row' : 'rows'}`;
  return (
    <footer className="rs-footer">
      <span role="status" data-testid="result-status">
        {rows}
        {complete ? '' : ' so far'}
        {run ? ` · ${elapsedText(run.elapsedMs)}` : ''}
      </span>
      {error !== '' && (
        <span role="alert" className="rs-error">
          {error}
        </span>
      )}
      <span className="rs-space" />
      <Exports />
      <SelectionStats view={view} />
      {rowCount > 0 && (
        <span className="rs-quiet">
          Record {count(Math.max(0, focus) + 1)} of {count(rowCount)}
        </span>
      )}
    </footer>
  );
}
