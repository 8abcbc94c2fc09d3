import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useActiveRun, useServices, useSession } from '../client/services.ts';
import type { Run } from '../client/session-store.ts';
import { formatBytes, formatCount, formatDuration } from '../ui/numbers.ts';

const STATES: Readonly<Record<Run['state'], string>> = {
  running: 'Running',
  completed: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export function StatusBar() {
  return (
    <footer className="ca-status">
      <RunStatus />
      <span className="ca-spacer" />
      <Connection />
      <UtcClock />
    </footer>
  );
}

function RunStatus() {
  const run = useActiveRun();
  const selected = useSession((s) => s.selectedResult[s.activeId]);
  const elapsed = useElapsed(run);
  if (!run) return <span className="ca-status-state">Ready</span>;
  const result = run.results.find((r) => r.resultId === selected) ?? run.results[0];
  const { stats } = run;
  const percent = run.progress.percent;
  return (
    <>
      <span className="ca-status-state" role="status">
        <i className="ca-dot" data-state={run.state} />
        {STATES[run.state]}
        {run.state === 'running' && percent >= 0 ? ` ${Math.round(percent)} %` : ''}
        {run.mode === 'preview' ? ' (preview)' : ''}
      </span>
      <span title="Time of the query">{formatDuration(elapsed)}</span>
      {result ? (
        <span title="Rows of the result">
          {formatCount(result.rowCount)} {result.rowCount === 1 ? 'row' : 'rows'}
        </span>
      ) : null}
      {stats ? (
        <>
          <span title="Rows and bytes of the data that the query had to consider">
            {formatCount(stats.rowsScanned)} rows, {formatBytes(stats.bytesScanned)} read
          </span>
          {stats.memoryBytes > 0 && (
            <span title="Memory that the engine holds">
              {formatBytes(stats.memoryBytes)} memory
            </span>
          )}
        </>
      ) : null}
    </>
  );
}

/** Counts up while the query runs, ten times a second. */
function useElapsed(run: Run | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  const running = run?.state === 'running';
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, [running]);
  if (!run) return 0;
  return running ? Math.max(0, now - run.startedAt) : run.elapsedMs;
}

function Connection() {
  const { host } = useServices();
  const { state, reason } = useStore(host.status);
  const text =
    state === 'connected' ? 'Connected' : state === 'connecting' ? 'Connecting…' : 'Reconnecting…';
  return (
    <span className="ca-status-state" title={reason} role="status">
      <i className="ca-dot" data-state={state} />
      {reason === '' || state === 'connected' ? text : `${text} (${reason})`}
    </span>
  );
}

function UtcClock() {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <span title="Time in UTC">{now.toISOString().slice(0, 19).replace('T', ' ')} UTC</span>;
}
