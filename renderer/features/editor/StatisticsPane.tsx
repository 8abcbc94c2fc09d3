import { useActiveRun } from '../../client/services.ts';
import { formatBytes, formatCount, formatDuration } from '../../ui/numbers.ts';

/** What is known of the run that is shown: what was asked, and what it took. */
export function StatisticsPane() {
  const run = useActiveRun();
  if (!run) return <p className="ca-empty">Run a query to see what it took.</p>;
  const { stats } = run;
  const rows: readonly (readonly [string, string])[] = [
    ['State', run.lost ? `${run.state}, results lost with the engine` : run.state],
    ['Database', run.database],
    ['Started', `${new Date(run.startedAt).toISOString().replace('T', ' ').slice(0, 23)} UTC`],
    ['Time', formatDuration(run.elapsedMs)],
    ...(stats
      ? ([
          ['Compile', formatDuration(stats.compileMs)],
          ['Rows considered', formatCount(stats.rowsScanned)],
          ['Bytes considered', formatBytes(stats.bytesScanned)],
          ['Extents', `${formatCount(stats.extentsScanned)} of ${formatCount(stats.extentsTotal)}`],
          ['Memory of the engine', formatBytes(stats.memoryBytes)],
        ] as const)
      : []),
    ...run.results.map(
      (result) =>
        [
          result.name,
          `${formatCount(result.rowCount)} rows, ${formatCount(result.columns.length)} columns`,
        ] as const,
    ),
    ['Query id', run.queryId],
  ];
  return (
    <div className="ca-statistics">
      <dl>
        {rows.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
